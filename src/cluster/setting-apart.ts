import type { Apart } from './apart.ts'
import type { Cluster, Vip } from './cluster.ts'
import { proxyOf } from './proxies.ts'
import { allAddressesOf } from './together.ts'

/**
 * VIPs of a cluster with what is apart: nginx and HAProxy serve a port on all addresses alike, as the first VIP with it says, and on the
 * addresses of those that say something else as these do.
 */
export function setApart(cluster: Cluster): readonly Vip[] {
  if (!proxyOf(cluster) || cluster.front !== undefined) return cluster.vips
  const groups = meaningsOf(cluster)
  let apart = 0
  const places = new Map<string, Apart>()
  for (const [port, meanings] of groups)
    for (const [said, vips] of [...meanings].slice(1)) {
      const addresses = vips.flatMap(allAddressesOf)
      apart += 1
      places.set(`${port} ${said}`, {
        key: (addresses[0] ?? '').replaceAll(':', '-'),
        addresses,
        own: `127.0.${1 + Math.ceil(apart / 250)}.${((apart - 1) % 250) + 1}`,
      })
    }
  if (places.size === 0) return cluster.vips
  return cluster.vips.map((vip) => ({
    ...vip,
    services: vip.services.map((service) => {
      const place = places.get(`${service.port} ${meaningOf(vip, service.port)}`)
      return place ? { ...service, apart: place } : service
    }),
  }))
}

/** What each port means, with the VIPs where it does; the first one first. */
function meaningsOf({ vips }: Cluster): ReadonlyMap<number, ReadonlyMap<string, readonly Vip[]>> {
  const ports = new Map<number, Map<string, Vip[]>>()
  for (const vip of vips)
    for (const port of new Set(vip.services.map((one) => one.port))) {
      const meanings = ports.get(port) ?? new Map<string, Vip[]>()
      ports.set(port, meanings)
      const said = meaningOf(vip, port)
      meanings.set(said, [...(meanings.get(said) ?? []), vip])
    }
  return ports
}

function meaningOf({ services }: Vip, port: number): string {
  return JSON.stringify(services.filter((one) => one.port === port))
}
