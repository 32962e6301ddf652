import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A route as the kernel has it. */
export interface KernelRoute {
  /** With its prefix. */
  readonly to: string
  readonly via?: string
  readonly dev?: string
  readonly src?: string
  /** 254 is the main one. */
  readonly table: number
  readonly metric?: number
  /** The machine's own configuration of its network has set it, or a router told it: nobody who moves routes. */
  readonly own?: true
}

/** A rule that tells which table counts. */
export interface KernelRule {
  readonly priority: number
  readonly table: number
  readonly family: 'ipv4' | 'ipv6'
  readonly from?: string
  readonly to?: string
  readonly iif?: string
  readonly fwmark?: number
}

/** The kernel's ways, as far as they lead to one next machine each. */
export interface Routing {
  readonly routes: readonly KernelRoute[]
  readonly rules: readonly KernelRule[]
}

/** Who set a route, by the numbers or names that the kernel and iproute2 have for it (rtnetlink(7), /etc/iproute2/rt_protos). */
const ofMachine = /^(2|kernel|4|static|9|ra|16|dhcp)$/

const routing: Sensor<Routing> = {
  name: 'routing',
  // Numbers: a name is what the machine's own rt_tables makes of it.
  ask: () => sh`for us_f in 4 6; do
  { ip -N -o "-$us_f" route show table all || ip -o "-$us_f" route show table all || :; } 2>/dev/null | sed "s/^/r$us_f /"
  { ip -N -o "-$us_f" rule show || ip -o "-$us_f" rule show || :; } 2>/dev/null | sed "s/^/u$us_f /"
done`,
  read: (output, subjects) => {
    const lines = output.split('\n')
    const reading = {
      routes: lines.flatMap((line) => {
        const [, family = '', text = ''] = /^r([46]) (.*)/.exec(line) ?? []
        return text === '' ? [] : (readRoute(text, family === '6') ?? [])
      }),
      rules: lines.flatMap((line) => {
        const [, family = '', text = ''] = /^u([46]) (.*)/.exec(line) ?? []
        return text === '' ? [] : (readRule(text, family === '6') ?? [])
      }),
    }
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks the kernel for its routes and rules, of all tables. */
export const routingOfHost: Query<Routing> = { sensor: routing, subject: '', about: ['routing'] }

/** A line of `ip route`; `undefined`: it leads nowhere, or to this machine itself. */
export function readRoute(text: string, six: boolean): KernelRoute | undefined {
  const words = text.trim().split(/\s+/)
  if (words[0] === 'unicast' || words[0] === '1') words.shift()
  const [to = ''] = words
  if (to !== 'default' && !/^[\da-f]*[.:][\da-f.:]*(\/\d+)?$/i.test(to)) return undefined
  const value = valuesIn(words)
  const metric = value('metric')
  return {
    to: withPrefix(to, six),
    ...named('via', value('via')),
    ...named('dev', value('dev')),
    ...named('src', value('src')),
    table: tableOf(value('table')),
    ...(metric === undefined ? {} : { metric: Number(metric) }),
    ...(ofMachine.test(value('proto') ?? '') ? { own: true as const } : {}),
  }
}

/** A line of `ip rule`; `undefined`: it asks no table. */
export function readRule(text: string, six: boolean): KernelRule | undefined {
  const [, priority, rest = ''] = /^(\d+):\s*(.*)/.exec(text) ?? []
  const value = valuesIn(rest.trim().split(/\s+/))
  const table = value('lookup')
  if (priority === undefined || table === undefined) return undefined
  const place = (word: string | undefined) =>
    word === undefined || word === 'all' ? undefined : withPrefix(word, six)
  const mark = value('fwmark')
  return {
    priority: Number(priority),
    table: tableOf(table),
    family: six ? 'ipv6' : 'ipv4',
    ...named('from', place(value('from'))),
    ...named('to', place(value('to'))),
    ...named('iif', value('iif')),
    ...(mark === undefined ? {} : { fwmark: Number(mark.split('/')[0]) }),
  }
}

function valuesIn(words: readonly string[]) {
  return (word: string) => {
    const at = words.indexOf(word)
    return at < 0 ? undefined : words[at + 1]
  }
}

function named<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: string }
}

/** Some versions of ip know these names whatever they are asked for. */
function tableOf(word = 'main'): number {
  return { local: 255, main: 254, default: 253 }[word] ?? Number(word)
}

function withPrefix(word: string, six: boolean): string {
  if (word === 'default') return six ? '::/0' : '0.0.0.0/0'
  return word.includes('/') ? word : `${word}/${six ? 128 : 32}`
}
