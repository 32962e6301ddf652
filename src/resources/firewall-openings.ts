import type { Family } from './network-fields.ts'
import { canonicalDestination, familyOfDestination } from './network-fields.ts'

/** The protocols that can be let in, by their numbers in the header of IP (IANA, protocol numbers). */
export const protocolNumbers = {
  tcp: 6,
  udp: 17,
  vrrp: 112,
  ah: 51,
  ipip: 4,
  ip6ip6: 41,
  igmp: 2,
  icmp: 1,
} as const

/** Protocols of one family alone. */
export const familyOfProtocol: Readonly<Record<string, Family>> = {
  ipip: 'ipv4',
  igmp: 'ipv4',
  ip6ip6: 'ipv6',
}

/** One line of `allow`, as a task gives it. */
export interface Allowed {
  readonly protocol: keyof typeof protocolNumbers
  readonly ports: readonly string[]
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly forward: boolean
}

/** One rule of a firewall: at most one port, one source and one destination. */
export interface Opening {
  readonly protocol: keyof typeof protocolNumbers
  /** `80`, or `8000-8010`. */
  readonly port?: string
  readonly source?: string
  readonly destination?: string
  readonly forward: boolean
  /** The only family it is for; absent: both. */
  readonly family?: Family
  /** Its words, by which it is known again in a firewall; the same for the same opening. */
  readonly words: string
}

/** Each combination of port, source and destination as an opening of its own, none twice, in an order of its own. */
export function openingsOf(allowed: readonly Allowed[]): readonly Opening[] {
  const all = allowed.flatMap(({ protocol, ports, from, to, forward }) =>
    orNone(ports).flatMap((port) =>
      orNone(from.map(canonicalDestination)).flatMap((source) =>
        orNone(to.map(canonicalDestination)).flatMap((destination) => {
          const families = new Set(
            [source, destination].flatMap((one) => (one ? familyOfDestination(one) : [])),
          )
          if (families.size > 1) return []
          const only = familyOfProtocol[protocol]
          const [family] = only === undefined ? families : [only]
          if (only !== undefined && [...families].some((one) => one !== only)) return []
          const opening = {
            protocol,
            forward,
            ...(port ? { port } : {}),
            ...(source ? { source } : {}),
            ...(destination ? { destination } : {}),
            ...(family ? { family } : {}),
          }
          return [{ ...opening, words: inWords(opening) }]
        }),
      ),
    ),
  )
  const byWords = new Map(all.map((opening) => [opening.words, opening]))
  return [...byWords.values()].toSorted((a, b) => (a.words < b.words ? -1 : 1))
}

/** The openings that concern a family. */
export function openingsFor(family: Family, openings: readonly Opening[]): readonly Opening[] {
  return openings.filter((one) => one.family === undefined || one.family === family)
}

/** The number of an opening's protocol in a family: ICMP has one for each. */
export function protocolNumber({ protocol }: Opening, family: Family): number {
  return protocol === 'icmp' && family === 'ipv6' ? 58 : protocolNumbers[protocol]
}

/** Are these the same texts, whatever their order? */
export function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length && new Set(a).size === a.length
}

function inWords({ protocol, port, source, destination, forward }: Omit<Opening, 'words'>): string {
  return [
    ...(forward ? ['forward'] : []),
    protocol,
    ...(port ? [port] : []),
    ...(source ? ['from', source] : []),
    ...(destination ? ['to', destination] : []),
  ].join(' ')
}

function orNone(list: readonly string[]): readonly (string | undefined)[] {
  return list.length > 0 ? list : [undefined]
}
