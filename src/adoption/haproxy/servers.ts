import { endpointIn, type No, type ProxiedServer, secondsOf } from '../proxy.ts'
import type { HaproxyLine, Section } from './sections.ts'

/** Servers of a backend. */
export interface Servers {
  readonly real: readonly ProxiedServer[]
  /** Parameters of the checks, by their names; absent where nobody checks. */
  readonly checks: ReadonlyMap<string, string> | undefined
  /** They are spoken with over TLS, by clients' requests or by checks alone; whose certificate they have is not looked at. */
  readonly isTls: boolean
  readonly checksTls: boolean
  /** The PROXY protocol, by which they are told who asks. */
  readonly told?: 'v1' | 'v2'
  /** Seconds in which one that is back gets its whole share. */
  readonly slowStart?: number
  /** What stands behind each of them and has no word. */
  readonly kept: string
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
  const common = new Set<string>()
  let shared: Map<string, string> = new Map()
  for (const line of back.lines.filter(({ words }) => words[0] === 'server')) {
    const { words, at } = line
    const [, name = '', where = '', ...flags] = words
    const endpoint = endpointIn(where)
    if (!endpoint) return { no: `server ${name} is no address with a port`, at }
    const said = new Map([...usual, ...parameters(flags)])
    const unknown = [...said.keys()].find((flag) => !known.has(flag) && !ofAll.has(flag))
    if (unknown !== undefined) return { no: `${unknown} of a server has no word`, at }
    if ((said.get('verify') ?? 'none') !== 'none')
      return { no: `verify ${said.get('verify')} of a server has no word`, at }
    if (said.has('ssl') && said.get('verify') === undefined)
      return { no: 'ssl of a server without verify has no word', at }
    const own = new Map(
      [...said].filter(([flag]) => ['inter', 'fastinter', 'rise', 'fall', 'port'].includes(flag)),
    )
    if (said.has('check')) checks = own
    if (said.has('cookie')) cookies.set(said.get('cookie') ?? '', line)
    shared = new Map([...said].filter(([flag]) => ofAll.has(flag)))
    common.add(JSON.stringify([...shared].toSorted()))
    if (common.size > 1) return { no: 'servers of which not all are told the same have no word', at }
    real.push({ ...endpoint, name, weight: Number(said.get('weight') ?? 1), backup: said.has('backup') })
  }
  if (real.length === 0) return { no: 'a backend without servers has no word', at: back.at }
  const slowStart = secondsOf(shared.get('slowstart') ?? '', 'ms')
  const kept = [...shared].filter(([flag]) => verbatim.includes(flag))
  return {
    ...{ real, checks, cookies, isTls: shared.has('ssl'), checksTls: shared.has('check-ssl') },
    ...(shared.has('send-proxy-v2')
      ? { told: 'v2' as const }
      : shared.has('send-proxy')
        ? { told: 'v1' as const }
        : {}),
    ...(slowStart === undefined ? {} : { slowStart: Math.max(1, Math.round(slowStart)) }),
    kept: kept.map(([flag, value]) => (value === '' ? flag : `${flag} ${value}`)).join(' '),
  }
}

/** Of each server by itself. */
const known = new Set(['check', 'inter', 'fastinter', 'rise', 'fall', 'port', 'weight', 'backup', 'cookie'])
/** What has no word, and stays behind every server as it is. */
const verbatim = [
  'maxconn',
  'minconn',
  'maxqueue',
  'observe',
  'error-limit',
  'on-error',
  'on-marked-up',
  'tfo',
]
/** What is said of all alike, or is not understood. */
const ofAll = new Set([
  ...['ssl', 'check-ssl', 'verify', 'send-proxy', 'send-proxy-v2', 'check-send-proxy', 'slowstart'],
  // Ours says so of every server.
  'on-marked-down',
  ...verbatim,
])
/** Words behind which no value stands. */
const alone = new Set([
  ...[
    'check',
    'backup',
    'disabled',
    'ssl',
    'check-ssl',
    'send-proxy',
    'send-proxy-v2',
    'check-send-proxy',
    'tfo',
  ],
])

/** `check inter 2s backup`. */
function parameters(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    found.set(word, alone.has(word) ? '' : (words[++at] ?? ''))
  }
  return found
}
