import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[^\s\0-][^\s\0]*$/, 'must be the name of a program')
    .describe('The program; with a `:` at its end the group; `all`: each of them.'),
  state: z
    .enum(['present', 'started', 'stopped', 'restarted', 'absent', 'signalled'])
    .describe('`present`: supervisor knows it. `restarted` and `signalled` are done in every run.'),
  signal: z
    .string()
    .regex(/^[A-Z0-9]+$/, 'must be the name of a signal')
    .optional()
    .describe('What is sent to it.'),
  config: absolutePath.optional().describe('The configuration of supervisor.'),
  url: oneLine.optional().describe('Where supervisor is reached.'),
  username: oneLine.optional().describe('Who asks.'),
  password: oneLine.optional().describe('His password. Never shown.').meta({ writeOnly: true }),
  executable: z
    .string()
    .regex(/^[A-Za-z0-9_./-]+$/, 'must be a program')
    .default('supervisorctl')
    .describe('The program that asks it.'),
})

type Supervised = z.infer<typeof schema>

/** A program that supervisor runs. */
export const supervised: ResourceKind<Supervised, { answer: Query<Answer> }> = probed({
  name: 'supervisorctl',
  summary: 'A program that supervisor runs.',
  schema,
  subject: ({ name }) => name,
  ask: (wanted) => lines(client(wanted), sh`us_ctl status 2>&1 || :`),
  change: (wanted, { stdout }) => {
    const { name, state, signal = '' } = wanted
    if (stdout.startsWith('no-client'))
      return `there is no ${wanted.executable} on this host: install supervisor in a task before`
    const trouble = stdout
      .split('\n')
      .find((line) => /^(https?|unix):\/\/|^Error: |refused connection/.test(line))
    if (trouble) return `supervisor cannot be asked: ${trouble}`
    const found = processesIn(stdout, name)
    const plain = name.replace(/:+$/, '')
    const tell = (summary: string, ...script: readonly Script[]) => ({
      summary,
      script: lines(client(wanted), ...script),
      disturbs: ['supervisor'],
    })
    switch (state) {
      case 'present':
      case 'absent': {
        if (found.length > 0 === (state === 'present')) return undefined
        const verb = state === 'present' ? 'add' : 'remove'
        const did = `${plain}: ${state === 'present' ? 'added' : 'removed'} process group`
        return tell(verb, sh`us_ctl reread >/dev/null`, checked([verb, plain], did))
      }
      case 'restarted':
        return tell(
          'restart',
          sh`us_ctl update >/dev/null
us_ctl status >"$us_d/status" || :
us_found=
while read -r us_p us_rest; do
  case $us_p in ${patternOf(name)}) ;; *) continue ;; esac
  us_found=y
  us_ctl restart "$us_p" </dev/null >"$us_d/said" 2>&1 || :
  grep -qF "$us_p: started" "$us_d/said" || { cat "$us_d/said" >&2; exit 1; }
  : "$us_rest"
done <"$us_d/status"
[ -n "$us_found" ] || { echo ${`supervisor knows no ${plain}`} >&2; exit 1; }`,
        )
      default: {
        if (found.length === 0) return `supervisor knows no ${plain}`
        const runs = (is: string) => is === 'RUNNING' || (state !== 'signalled' && is === 'STARTING')
        const left = found.filter(({ is }) => runs(is) !== (state === 'started'))
        if (left.length === 0) return undefined
        const [verb, did] = {
          started: [['start'], 'started'] as const,
          stopped: [['stop'], 'stopped'] as const,
          signalled: [['signal', signal], 'signalled'] as const,
        }[state]
        return {
          ...tell(
            verb.join(' '),
            ...left.map(({ program }) => checked([...verb, program], `${program}: ${did}`)),
          ),
          differences: left.map(({ program, is }) => ({
            is: 'attribute',
            name: program,
            before: is,
            after: did,
          })),
        }
      }
    }
  },
})

/** Defines `us_ctl`. A password stands in a file that only its owner can read. */
function client({ config, url, username, password, executable }: Supervised): Script {
  const escaped = (text: string) => text.replaceAll('%', '%%')
  const own = [
    '[supervisorctl]',
    `serverurl=${escaped(url ?? 'http://localhost:9001')}`,
    ...(username === undefined ? [] : [`username=${escaped(username)}`]),
    `password=${escaped(password ?? '')}`,
  ].join('\n')
  const words = [
    ...(config === undefined ? [] : ['-c', config]),
    ...(url === undefined ? [] : ['-s', url]),
    ...(username === undefined ? [] : ['-u', username]),
  ]
  return lines(
    sh`command -v ${executable} >/dev/null 2>&1 || { echo no-client; exit 0; }
LC_ALL=C; export LC_ALL
us_d=$(mktemp -d)
trap 'rm -rf -- "$us_d"' EXIT
trap 'exit 130' INT TERM`,
    password === undefined
      ? sh`us_ctl() { ${executable} ${words} "$@" </dev/null; }`
      : sh`(umask 077; printf '%s\n' ${own} >"$us_d/own.conf")
us_ctl() { ${executable} -c "$us_d/own.conf" "$@" </dev/null; }`,
  )
}

/** Supervisor tells in words alone what came of it. */
function checked(words: readonly string[], did: string): Script {
  return sh`us_ctl ${words} >"$us_d/said" 2>&1 || :
grep -qF ${did} "$us_d/said" || { cat "$us_d/said" >&2; exit 1; }`
}

interface Process {
  readonly program: string
  readonly is: string
}

/** Those that are meant, of lines such as `group:name   RUNNING   pid 7, uptime 1:02:03`. */
function processesIn(status: string, name: string): readonly Process[] {
  return status.split('\n').flatMap((line) => {
    const [program = '', is = ''] = line.trim().split(/\s+/)
    const isMeant = name.endsWith(':')
      ? program.startsWith(`${name.replace(/:+$/, '')}:`)
      : name === 'all' || program === name
    return isMeant && /^[A-Z]+$/.test(is) ? [{ program, is }] : []
  })
}

/** The same as a pattern of `case`. */
function patternOf(name: string) {
  if (name === 'all') return { script: sh`*` }
  return { script: name.endsWith(':') ? sh`${name.replace(/:*$/, ':')}*` : sh`${name}` }
}
