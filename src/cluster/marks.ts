import type { Cluster, Service, Vip } from './cluster.ts'
import { allAddressesOf } from './together.ts'

/** So many services of one VIP may have several ports. */
export const mostMarked = 24

/**
 * The mark by which the kernel knows a service of several ports at one address. It follows from the virtual router ID, which no other
 * VIP of the family has, and stays as it is where others come and go.
 */
export function markOf(vip: Vip, address: string, { marked = 0 }: Pick<Service, 'marked'>): number {
  const place = allAddressesOf(vip).indexOf(address) + 1
  return vip.vrid * 10_000 + (vip.family === 'ipv6' ? 5000 : 0) + marked * 200 + place
}

/** The services of a VIP as the kernel has them: each with those that are one with it. */
export function joinedServices({ services }: Vip): readonly (readonly [Service, ...Service[]])[] {
  return services.flatMap((service, index) => {
    const joined = services.filter((one) => one.marked !== undefined && one.marked === service.marked)
    if (joined.length === 0) return [[service] as const]
    const [first = service, ...others] = joined
    return services.indexOf(first) === index ? [[first, ...others] as const] : []
  })
}

/** A port, or a range of them, as nft(8) and firewalls write it. */
export function portsIn({ port, until }: Pick<Service, 'port' | 'until'>): number | string {
  return until === undefined ? port : `${port}-${until}`
}

/** The packets of a cluster that a director marks, in the words of the kind `packet_rules`. */
export function packetMarksOf({ balancer, vips }: Cluster) {
  if (balancer !== 'ipvs') return []
  return vips.flatMap((vip) =>
    allAddressesOf(vip).flatMap((address) =>
      joinedServices(vip)
        .filter(([first]) => first.marked !== undefined)
        .flatMap((joined) =>
          [...new Set(joined.map(({ protocol }) => protocol))].map((protocol) => ({
            mark: markOf(vip, address, joined[0]),
            address,
            protocol,
            ports: joined.filter((one) => one.protocol === protocol).map(portsIn),
          })),
        ),
    ),
  )
}
