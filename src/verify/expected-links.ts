import { type Cluster, carrierOf, type Vip, vrrpInterfaceFor } from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'

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
