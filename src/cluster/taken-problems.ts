import type { Facts } from '../model/facts.ts'
import { canonical, familyOf, inNetwork } from './addresses.ts'
import type { Cluster } from './cluster.ts'
import { allAddresses } from './network.ts'
import { movingAddresses } from './own-address-problems.ts'
import type { FactProblem } from './rules/facts.ts'

/** An address that is to move, which no director has yet, and a director that can ask its network who does. */
export interface Unheld {
  readonly what: string
  readonly address: string
  readonly path: readonly PropertyKey[]
  readonly asker: string
  /** What another director has of its own in that network: who answers for that, too, answers for everybody. */
  readonly beside?: string
}

/** The hardware addresses that answered for an address, and for that of the director beside. */
export interface Answers {
  readonly to: readonly string[]
  readonly toBeside: readonly string[]
}

/**
 * Whoever else has an address is to be found before keepalived announces it as its own. Once a director has it, that would answer for
 * itself; and of a director that could not be asked nobody knows whether it has it. Peers that somebody else manages may hold VIPs.
 */
export function unheldAddresses(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly Unheld[] {
  const { directors, vips } = cluster
  if (vips.some(({ peers }) => peers.length > 0) || !directors.every(({ host }) => facts.has(host))) return []
  // Realservers have VIPs on lo and on tunnels, where nobody hears of them.
  const served = new Set(cluster.realservers.map(({ host }) => host))
  const isDirector = (host: string) => directors.some((director) => director.host === host)
  const held = new Set(
    [...facts]
      .filter(([host]) => isDirector(host) || !served.has(host))
      .flatMap(([, { interfaces }]) => Object.values(interfaces))
      .flatMap(({ name, addresses }) =>
        name === 'lo' ? [] : addresses.map(({ address }) => canonical(address)),
      ),
  )
  return movingAddresses(cluster).flatMap((one) => {
    if (held.has(canonical(one.address))) return []
    const family = familyOf(one.address)
    const there = directors.flatMap(({ host }) => {
      const known = facts.get(host)
      const own = known && allAddresses(cluster, { family }, known).find((it) => inNetwork(one.address, it))
      return own ? [{ host, address: own.address }] : []
    })
    const [asker, other] = there
    return asker ? [{ asker: asker.host, ...one, ...(other && { beside: other.address }) }] : []
  })
}

/** Those who answered and are none of the machines that were asked themselves. */
export function strangersAmong(
  answers: readonly string[],
  facts: ReadonlyMap<string, Facts>,
): readonly string[] {
  const known = new Set(
    [...facts.values()].flatMap(({ interfaces }) => Object.values(interfaces).map(({ mac }) => mac)),
  )
  return answers.filter((mac) => !known.has(mac))
}

/** What those who answered for an address make of it. */
export function takenProblems(
  { what, address, path, asker, beside }: Unheld,
  { to, toBeside }: Answers,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  const strangers = strangersAmong(to, facts)
  const forAll = strangers.filter((mac) => toBeside.includes(mac))
  const holders = strangers.filter((mac) => !toBeside.includes(mac))
  const place = { host: asker, path: ['cluster', ...path] }
  const taken: FactProblem = {
    rule: 'facts-vip-taken',
    severity: 'error',
    message: `${holders.map(named).join(' and ')} answered when ${asker} asked its network for the ${what} ${address}, and is none of the machines that were asked: both would answer for it`,
    next: 'Choose an address that is free, or take it off that machine first; where it is a director of before, stop its keepalived.',
    ...place,
  }
  const proxied: FactProblem = {
    rule: 'facts-vip-proxied',
    severity: 'warning',
    message: `${forAll.map(named).join(' and ')} answered when ${asker} asked its network for the ${what} ${address}, and for ${beside ?? ''}, which another director has: it answers for everybody, and clients beside it may send to it what is for the VIP`,
    next: 'Let it leave the VIP out, or answer for no neighbours (proxy ARP, proxy NDP). Where it is the network of a cloud, the VIP moves by what the cloud has for that alone.',
    ...place,
  }
  return [...(holders.length > 0 ? [taken] : []), ...(forAll.length > 0 ? [proxied] : [])]
}

/** A MAC address; one of VRRP (RFC 9568, 7.3) with the number of its virtual router. */
function named(mac: string): string {
  const [, vrid] = /^00:00:5e:00:0[12]:([0-9a-f]{2})$/.exec(mac) ?? []
  return vrid === undefined ? mac : `${mac}, which is that of VRRP with vrid ${Number.parseInt(vrid, 16)},`
}
