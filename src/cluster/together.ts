import { familyOf } from './addresses.ts'
import type { Cluster, Family, Vip } from './cluster.ts'

/** The VIP and those that move with it. */
export function companionsOf({ vips }: Pick<Cluster, 'vips'>, vip: Vip): readonly Vip[] {
  return vip.together === undefined ? [vip] : vips.filter(({ together }) => together === vip.together)
}

/** Names of VIPs that move together, and these. */
export function groupsOf({ vips }: Pick<Cluster, 'vips'>): ReadonlyMap<string, readonly Vip[]> {
  const names = new Set(vips.flatMap(({ together }) => together ?? []))
  return new Map([...names].map((name) => [name, vips.filter(({ together }) => together === name)]))
}

/** The address of the VIP and those that move with it. */
export function allAddressesOf({ address, also }: Pick<Vip, 'address' | 'also'>): readonly string[] {
  return [address, ...also.map((one) => one.address)]
}

/** The VIP, and for each address that moves with it one in its place, which has that address, its prefix and its family. */
export function eachAddress(vip: Vip): readonly Vip[] {
  const { label: _, ...unlabelled } = vip
  return [
    vip,
    ...vip.also.map(({ address, prefix }): Vip => {
      const { prefix: _own, ...rest } = unlabelled
      return { ...rest, address, family: familyOf(address), ...(prefix === undefined ? {} : { prefix }) }
    }),
  ]
}

/**
 * The VIP as machines are to be reached for it: itself, and under IPVS, whose packets keep their family, the first address of
 * the other one that moves with it.
 */
export function eachFamily({ balancer }: Pick<Cluster, 'balancer'>, vip: Vip): readonly Vip[] {
  const other = balancer === 'ipvs' ? eachAddress(vip).find(({ family }) => family !== vip.family) : undefined
  return other ? [vip, other] : [vip]
}

/** The one of these in whose family an address is. */
export function ofItsFamily(cluster: Pick<Cluster, 'balancer'>, vip: Vip, address: string): Vip {
  return eachFamily(cluster, vip).find(({ family }) => family === familyOf(address)) ?? vip
}

/** Every family of which a cluster has an address that moves. */
export function familiesIn({ vips }: Pick<Cluster, 'vips'>): ReadonlySet<Family> {
  return new Set(vips.flatMap((vip) => eachAddress(vip).map(({ address }) => familyOf(address))))
}
