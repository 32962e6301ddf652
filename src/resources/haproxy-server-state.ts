import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { runningHaproxy, tellHaproxy } from '../sensors/haproxy.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { refuse } from './refuse.ts'

const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'must be one word, as the configuration has it')

const schema = z.strictObject({
  socket: absolutePath.describe('Where HAProxy takes commands: its `stats socket`, with `level admin`.'),
  server: word.describe('The server.'),
  backend: word.optional().describe('Its backend; absent: every one that has such a server.'),
  state: z.enum(['ready', 'drain', 'maintenance']).describe('What is wanted of it.'),
  weight: z.int().min(0).max(256).optional().describe('Its weight.'),
  drains_first: z
    .boolean()
    .default(false)
    .describe('Its connections may end before it goes into maintenance.'),
  shuts_sessions: z.boolean().default(false).describe('Its connections are cut.'),
  waits: z.boolean().default(false).describe('Until it is as wanted.'),
  attempts: z.int().min(1).default(25).describe('How often it is looked at then.'),
  interval: z.int().min(0).default(5).describe('Seconds between two looks.'),
  must_exist: z.boolean().default(false).describe('It has failed where there is no such server.'),
})

type Wanted = z.infer<typeof schema>

/** What a server of the running HAProxy is told, until its next start. */
export const haproxyServerState: ResourceKind<Wanted, { haproxy: ReturnType<typeof runningHaproxy> }> = {
  name: 'haproxy',
  summary: 'A server of the running HAProxy, in service or out of it until its next start.',
  schema,
  subject: ({ backend, server }) => `${backend ?? '*'}/${server}`,
  inspect: ({ socket }) => ({ haproxy: runningHaproxy(socket) }),
  converge: (wanted, { haproxy }, upcoming) => {
    const { socket, backend, server, state, weight, must_exist, shuts_sessions } = wanted
    if (upcoming.touches(runningHaproxy(socket))) return undefined
    if (!haproxy.answers) return refuse(`HAProxy cannot be asked: ${haproxy.why}`)
    const all = haproxy.servers.filter(
      (one) => one.name === server && (backend === undefined || one.backend === backend),
    )
    if (all.length === 0)
      return must_exist
        ? refuse(`HAProxy has no server ${backend ?? 'anywhere called '}${backend ? '/' : ''}${server}`)
        : undefined
    const others = all.filter(
      (one) => one.wanted !== state || (weight !== undefined && one.weight !== weight),
    )
    if (others.length === 0) return undefined
    const steps = others.map((one) => {
      const name = `${one.backend}/${one.name}`
      const moves = one.wanted !== state
      return lines(
        ...(weight !== undefined && one.weight !== weight
          ? [sh`us_tell ${`set weight ${name} ${weight}`}`]
          : []),
        ...(moves && state === 'maintenance' && wanted.drains_first
          ? [
              sh`us_tell ${`set server ${name} state drain`}`,
              waitFor(wanted, one, sh`[ "$us_sessions" = 0 ]`),
            ]
          : []),
        ...(moves
          ? [sh`us_tell ${`set server ${name} state ${state === 'maintenance' ? 'maint' : state}`}`]
          : []),
        ...(moves && state === 'maintenance' && shuts_sessions
          ? [sh`us_tell ${`shutdown sessions server ${name}`}`]
          : []),
        ...(moves && wanted.waits ? [waitFor(wanted, one, isState(state))] : []),
      )
    })
    return {
      summary: `${state}${weight === undefined ? '' : `, weight ${weight}`}`,
      differences: others.flatMap((one) => [
        ...(one.wanted === state
          ? []
          : [
              {
                is: 'attribute' as const,
                name: `${one.backend}/${one.name}`,
                before: one.wanted,
                after: state,
              },
            ]),
        ...(weight === undefined || one.weight === weight
          ? []
          : [
              {
                is: 'attribute' as const,
                name: `${one.backend}/${one.name} weight`,
                before: String(one.weight),
                after: String(weight),
              },
            ]),
      ]),
      script: lines(
        tellHaproxy,
        // A command that was taken is answered with nothing.
        sh`us_tell() {
  us_said=$(us_haproxy ${socket} "$1")
  if [ -n "$us_said" ]; then printf '%s: %s\n' "$1" "$us_said" >&2; exit 1; fi
}`,
        ...steps,
      ),
      impact: 'none',
      disturbs: [`haproxy:${socket}`],
      takesLong: true,
    }
  },
}

function isState(state: Wanted['state']) {
  if (state === 'ready') return sh`case $us_status in UP* | no*) true ;; *) false ;; esac`
  return state === 'drain'
    ? sh`case $us_status in DRAIN*) true ;; *) false ;; esac`
    : sh`case $us_status in MAINT*) true ;; *) false ;; esac`
}

/** Looks at a server (management guide of HAProxy, 9.1) until something holds. */
function waitFor(
  { socket, attempts, interval }: Wanted,
  { backend, name }: { readonly backend: string; readonly name: string },
  holds: ReturnType<typeof sh>,
) {
  return sh`us_n=0
while :; do
  us_row=$(us_haproxy ${socket} 'show stat' | awk -F , -v b=${backend} -v s=${name} '$1 == b && $2 == s { print $5 " " $18 }')
  us_sessions=\${us_row%% *} us_status=\${us_row#* }
  if ${embed(holds)}; then break; fi
  us_n=$((us_n + 1))
  if [ "$us_n" -ge ${attempts} ]; then echo ${`${backend}/${name} is still `}"$us_status with $us_sessions connections" >&2; exit 1; fi
  sleep ${interval}
done`
}
