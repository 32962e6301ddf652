import type { Facts } from '../model/facts.ts'
import { canonical } from './addresses.ts'
import type { Cluster, Director } from './cluster.ts'
import { movingAddresses } from './own-address-problems.ts'
import type { FactProblem } from './rules/facts.ts'

/** Addresses that are to move, and are the router of a director now: as a VIP they would take everybody's way out. */
export function routerProblems(
  cluster: Cluster,
  { host }: Director,
  { defaultRoute }: Facts,
): readonly FactProblem[] {
  if (!defaultRoute) return []
  const router = canonical(defaultRoute.gateway)
  return movingAddresses(cluster)
    .filter(({ address }) => canonical(address) === router)
    .map(({ address, path }) => ({
      rule: 'facts-vip-router',
      severity: 'error',
      message: `${address} is the router by which ${host} gets out of its network: it is nobody's to give`,
      next: 'Choose an address that is free.',
      host,
      path: ['cluster', ...path],
    }))
}
