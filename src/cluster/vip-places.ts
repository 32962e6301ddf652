import { tunnelDeviceOf } from './addresses.ts'
import type { Cluster } from './cluster.ts'
import { allAddressesOf } from './together.ts'

/** Where on a machine each VIP may stand: nowhere, on the device of a realserver, or where its keepalived holds it. */
export function vipPlaces(
  cluster: Cluster,
  {
    isDirector,
    loopback,
    tunnel,
  }: {
    readonly isDirector: boolean
    readonly loopback: readonly string[]
    readonly tunnel: readonly string[]
  },
) {
  const gateway = cluster.nat ? [cluster.nat.gateway] : []
  return cluster.vips.flatMap(({ address, also, instance }, index) =>
    [address, ...also.map((one) => one.address), ...(index === 0 ? gateway : [])].map((one) => ({
      address: one,
      devices: [
        ...(loopback.includes(one) ? ['lo'] : []),
        ...(tunnel.includes(one) ? [tunnelDeviceOf(one)] : []),
      ],
      instance: isDirector ? instance : null,
    })),
  )
}

/** VIPs whose packets reach the realservers as clients sent them, by the way they come. */
export function vipsOnRealservers({ balancer, vips }: Cluster, forwarding: 'dr' | 'tun'): readonly string[] {
  if (balancer !== 'ipvs') return []
  return vips
    .filter(({ services }) => services.some((service) => service.forwarding === forwarding))
    .flatMap(allAddressesOf)
}
