import type { Interface } from '../model/facts.ts'
import { unfitForVip } from './addresses.ts'
import type { Cluster, Vip } from './cluster.ts'
import { networkOf } from './network.ts'
import type { FactProblem } from './rules/facts.ts'

/** What is wrong with the place of a VIP in the network that its interface really has, which the inventory need not tell. */
export function placeProblems(
  cluster: Cluster,
  vip: Vip,
  path: readonly PropertyKey[],
  host: string,
  device: Interface,
): readonly FactProblem[] {
  const network = networkOf(cluster, vip, device)
  if (!network) return []
  const own = `${network.address}/${network.prefix}`
  const why = unfitForVip(vip.address, network.prefix)
  if (why !== undefined)
    return [
      {
        rule: 'facts-vip-unusable',
        severity: 'error',
        message: `${vip.address} cannot be a VIP beside ${own} of ${host}: ${why}`,
        next: 'Choose a free address between these two ends of the network.',
        host,
        path: ['cluster', ...path],
      },
    ]
  if (vip.prefix === undefined || vip.prefix === network.prefix) return []
  const next = `Write /${network.prefix}, or leave the prefix out.`
  if (vip.prefix > network.prefix) {
    // An address that is alone in its network has no neighbours.
    if (vip.prefix >= (vip.family === 'ipv6' ? 127 : 31)) return []
    return [
      {
        rule: 'facts-vip-narrow',
        severity: 'warning',
        message: `the VIP ${vip.address}/${vip.prefix} has a network of its own within that of ${device.name} of ${host} (${own}): its holder would speak to whoever is in there from the VIP`,
        next,
        host,
        path: ['cluster', ...path],
      },
    ]
  }
  return [
    {
      rule: 'facts-vip-wide',
      severity: 'warning',
      message: `the VIP ${vip.address}/${vip.prefix} says that more are neighbours than ${device.name} of ${host} does (${own}): its holder would look for them there, and not by its router`,
      next,
      host,
      path: ['cluster', ...path],
    },
  ]
}
