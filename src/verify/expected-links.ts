import { type Cluster, carrierOf, peersOf, type Vip, vrrpInterfaceFor } from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { NeedsFacts } from '../model/task.ts'

/** Interfaces of directors, by host: which carries an address, and on which VRRP is spoken for it. */
export type Links = ReadonlyMap<string, { readonly carries: string; readonly speaks: string }>

/** An address beside the first of its instance may be in the network of another interface, and has the MAC address of that one. */
export function isWhereVrrpIs(
  cluster: Cluster,
  vip: Vip,
  address: string,
  facts: ReadonlyMap<string, Facts>,
): boolean {
  return [...linksOf(cluster, vip, address, facts).values()].every(
    ({ carries, speaks }) => carries === speaks,
  )
}

/** RFC 5798, 7.3. */
export function macOf({ family, vrid }: Vip): string {
  return `00:00:5e:00:0${family === 'ipv6' ? 2 : 1}:${vrid.toString(16).padStart(2, '0')}`
}

/** Where each director that could be asked carries an address, and speaks VRRP for it. */
export function linksOf(
  cluster: Cluster,
  vip: Vip,
  address: string,
  facts: ReadonlyMap<string, Facts>,
): Links {
  const all = cluster.directors.flatMap((director) => {
    const known = facts.get(director.host)
    const carries = known && carrierOf(cluster, vip, address, director, known)?.name
    const speaks = known && vrrpInterfaceFor(cluster, vip, director, known)?.name
    return carries === undefined || speaks === undefined
      ? []
      : [[director.host, { carries, speaks }] as const]
  })
  return new Map(all)
}

/** To whom each director sends adverts of a VIP, as far as it can be told; lines of the user's own may say others. */
export function advertsOf(
  cluster: Cluster,
  vip: Vip,
  facts: ReadonlyMap<string, Facts>,
  extra: string,
): ReadonlyMap<string, readonly string[]> | 'multicast' {
  if (/\bunicast_/.test(extra)) return new Map()
  // keepalived refuses unicast to nobody.
  if (!cluster.vrrp.unicast) return 'multicast'
  const all = cluster.directors.flatMap((director) => {
    try {
      const peers = peersOf(cluster, vip, director, { facts, registered: new Map() })
      const addresses = peers.map(({ address }) => address).toSorted()
      return addresses.length > 0 ? [[director.host, addresses] as const] : []
    } catch (problem) {
      // A machine that cannot be asked keeps to itself which address it has there.
      if (problem instanceof NeedsFacts || problem instanceof Failure) return []
      throw problem
    }
  })
  return new Map(all)
}
