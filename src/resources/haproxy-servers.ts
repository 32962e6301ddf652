import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import { endpointOf } from '../model/endpoint.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import { type HaproxyServer, runningHaproxy, strayed, tellHaproxy } from '../sensors/haproxy.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { refuse } from './refuse.ts'

const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'must be one word of letters, digits, "_", ".", ":" or "-"')

const schema = z.strictObject({
  socket: absolutePath.describe('Where HAProxy takes commands: its `stats socket`, with `level admin`.'),
  backends: z
    .array(
      z.strictObject({
        name: word.describe('As the configuration calls it.'),
        servers: z
          .array(
            z.strictObject({
              name: word.describe('As the configuration calls it.'),
              endpoint: z.string().min(1).describe('Address and port, an IPv6 address in brackets.'),
            }),
          )
          .describe('The servers of its configuration.'),
        others: z.boolean().default(false).describe('Whether lines of somebody else may bring more servers.'),
      }),
    )
    .describe('Backends and their servers.'),
})

type HaproxyServers = z.infer<typeof schema>

/**
 * The servers of the running HAProxy are as its configuration has them. What its socket was told since (maintenance,
 * drain, another weight, address or no more checks, servers that were added or deleted, frontends that take no connections) stands in no file, and stays until
 * the next reload.
 */
export const haproxyServers: ResourceKind<HaproxyServers, { haproxy: ReturnType<typeof runningHaproxy> }> = {
  name: 'haproxy_servers',
  summary:
    'The servers of the running HAProxy, as its configuration has them and not as its socket was told since.',
  schema,
  subject: ({ socket }) => socket,
  inspect: ({ socket }) => ({ haproxy: runningHaproxy(socket) }),
  converge: ({ socket, backends }, { haproxy }, upcoming) => {
    // One that starts, or loads anew, has everything from its configuration; it is asked again after that.
    if (upcoming.touches(runningHaproxy(socket))) return undefined
    // One that does not run is the business of its service; what cannot ask it is told by verify.
    if (!haproxy.answers)
      return /^(it does not run|there is neither)/.test(haproxy.why)
        ? undefined
        : refuse(`what HAProxy was told by hand is unknown: ${haproxy.why}`)
    const found = (backend: string) => haproxy.servers.filter((one) => one.backend === backend)
    const repairs = backends.flatMap(({ name, servers, others }) => [
      ...servers.flatMap((server) =>
        repairsOf(
          name,
          server,
          found(name).find((one) => one.name === server.name),
        ),
      ),
      ...(others ? [] : found(name).filter((one) => !servers.some((server) => server.name === one.name))).map(
        (one): Repair => ({ name: nameOf(one), before: endpointOf(one), after: undefined, by: 'reload' }),
      ),
    ])
    const opened = haproxy.closed.map(
      ({ name, paused }): Repair => ({
        name,
        before: paused ? 'takes no connections' : 'is shut down',
        after: 'takes connections',
        by: paused ? { command: `enable frontend ${name}` } : 'reload',
      }),
    )
    const all = [...repairs, ...opened]
    return all.length === 0 ? undefined : describe(socket, all)
  },
}

/** A command for its socket, or a reload for what commands of some versions cannot do. */
interface Repair extends Pick<Difference & { is: 'attribute' }, 'name' | 'before' | 'after'> {
  readonly by: { readonly command: string } | 'reload'
}

function repairsOf(
  backend: string,
  { name, endpoint }: { readonly name: string; readonly endpoint: string },
  found: HaproxyServer | undefined,
): readonly Repair[] {
  const server = `${backend}/${name}`
  if (found === undefined) return [{ name: server, before: undefined, after: endpoint, by: 'reload' }]
  const { wanted, weight, configuredWeight } = found
  const is = endpointOf(found)
  const repair = (before: string, after: string, by: Repair['by']): Repair => ({
    name: server,
    before,
    after,
    by,
  })
  const commands = {
    state: () => repair(wanted, 'ready', { command: `set server ${server} state ready` }),
    weight: () =>
      repair(`weight ${weight}`, `weight ${configuredWeight}`, {
        command: `set server ${server} weight ${configuredWeight}`,
      }),
    check: () => repair('is not checked', 'is checked', { command: `enable health ${server}` }),
  }
  return [
    ...(is === endpoint ? [] : [repair(is, endpoint, 'reload')]),
    ...strayed(found).map((what) => commands[what]()),
  ]
}

function describe(socket: string, repairs: readonly Repair[]): Change {
  const reload = repairs.some(({ by }) => by === 'reload')
  const commands = repairs.flatMap(({ by }) => (by === 'reload' ? [] : [by.command]))
  return {
    summary: reload ? 'reload: its servers or frontends are others' : 'put back what its configuration says',
    differences: repairs.map(({ name, before, after }) => ({ is: 'attribute', name, before, after })),
    script: reload ? sh`systemctl reload haproxy.service` : tell(socket, commands),
    impact: reload ? 'reload' : 'none',
    disturbs: [`haproxy:${socket}`],
  }
}

/** HAProxy answers a command that it took with nothing. */
function tell(socket: string, commands: readonly string[]): Script {
  return lines(
    tellHaproxy,
    ...commands.map(
      (command) => sh`us_said=$(us_haproxy ${socket} ${command})
if [ -n "$us_said" ]; then printf '%s\n' ${`${command}: `}"$us_said" >&2; exit 1; fi`,
    ),
  )
}

function nameOf({ backend, name }: HaproxyServer): string {
  return `${backend}/${name}`
}
