import type { Cluster, Family, Realserver, Vip } from './cluster.ts'
import { knownAddress } from './network.ts'
import { proxyOf } from './proxies.ts'

/** Who speaks with clients may reach realservers by another family than these: by the one of which the inventory has addresses of all. */
export function familyBehind(vips: readonly Vip[], realservers: readonly Realserver[]): Family {
  const [usual = 'ipv4'] = vips.map(({ family }) => family)
  const others = (['ipv4', 'ipv6'] as const).filter((family) => family !== usual)
  const all = (family: Family) => realservers.every((one) => knownAddress(one, { family }) !== undefined)
  return [usual, ...others].find(all) ?? usual
}

/** A VIP with the family by which its realservers are reached: behind nginx and HAProxy it need not be the one of clients. */
export function behind(cluster: Cluster, vip: Vip): Vip {
  return proxyOf(cluster) ? { ...vip, family: familyBehind([vip], cluster.realservers) } : vip
}
