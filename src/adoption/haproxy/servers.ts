import { endpointIn, type No, type ProxiedServer } from '../proxy.ts'
import type { HaproxyLine, Section } from './sections.ts'

/** Servers of a backend. */
export interface Servers {
  readonly real: readonly ProxiedServer[]
  /** Parameters of the checks, by their names; absent where nobody checks. */
  readonly checks: ReadonlyMap<string, string> | undefined
  /** What the cookie of a client holds who is to come back to it, by the names of the servers. */
  readonly cookies: ReadonlyMap<string, HaproxyLine>
}

/** Reads the servers of a backend, with what `default-server` says of all. */
export function serversOf(back: Section, defaults: readonly HaproxyLine[]): Servers | No {
  const usual = new Map(
    [...defaults, ...back.lines]
      .filter(({ words }) => words[0] === 'default-server')
      .flatMap(({ words }) => [...parameters(words.slice(1))]),
  )
  const real: ProxiedServer[] = []
  let checks: Map<string, string> | undefined
  const cookies = new Map<string, HaproxyLine>()
  for (const line of back.lines.filter(({ words }) => words[0] === 'server')) {
    const { words, at } = line
    const [, name = '', where = '', ...flags] = words
    const endpoint = endpointIn(where)
    if (!endpoint) return { no: `server ${name} is no address with a port`, at }
    const said = new Map([...usual, ...parameters(flags)])
    const unknown = [...said.keys()].find(
      (flag) =>
        ![
          ...['check', 'inter', 'fastinter', 'rise', 'fall', 'port'],
          ...['weight', 'backup', 'maxconn', 'cookie'],
        ].includes(flag),
    )
    if (unknown !== undefined) return { no: `${unknown} of a server has no word`, at }
    if (said.has('maxconn')) return { no: 'maxconn of a server has no word', at }
    const own = new Map(
      [...said].filter(([flag]) => ['inter', 'fastinter', 'rise', 'fall', 'port'].includes(flag)),
    )
    if (said.has('check')) checks = own
    if (said.has('cookie')) cookies.set(said.get('cookie') ?? '', line)
    real.push({ ...endpoint, name, weight: Number(said.get('weight') ?? 1), backup: said.has('backup') })
  }
  if (real.length === 0) return { no: 'a backend without servers has no word', at: back.at }
  return { real, checks, cookies }
}

/** `check inter 2s backup`. */
function parameters(words: readonly string[]): ReadonlyMap<string, string> {
  const alone = ['check', 'backup', 'disabled', 'ssl', 'send-proxy']
  const found = new Map<string, string>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    found.set(word, alone.includes(word) ? '' : (words[++at] ?? ''))
  }
  return found
}
