import type { Facts } from '../model/facts.ts'
import { canonical } from './addresses.ts'
import type { Cluster, Director } from './cluster.ts'
import { movingAddresses } from './own-address-problems.ts'
import type { FactProblem } from './rules/facts.ts'
import { tiersOf } from './tiers.ts'

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

/**
 * Addresses that are to move, and from which we come to a machine: ours, or those of a router that hides us behind itself. One that a
 * director holds is its own to give.
 */
export function wayInProblems(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly FactProblem[] {
  const held = new Set(
    cluster.directors.flatMap(({ host }) =>
      Object.values(facts.get(host)?.interfaces ?? {}).flatMap(({ addresses }) =>
        addresses.map(({ address }) => canonical(address)),
      ),
    ),
  )
  const tiers = tiersOf(cluster)
  const hosts = [...cluster.directors, ...tiers.flatMap(({ realservers }) => realservers)]
  return movingAddresses(cluster)
    .filter(({ address }) => !held.has(canonical(address)))
    .flatMap(({ address, path }) => {
      const met = hosts.find(({ host }) => cameFrom(facts.get(host)) === canonical(address))
      if (!met) return []
      return [
        {
          rule: 'facts-vip-router',
          severity: 'error',
          message: `${address} is the address from which we come to ${met.host}: a director that takes it cuts us off`,
          next: 'Choose an address that is free.',
          host: met.host,
          path: ['cluster', ...path],
        },
      ]
    })
}

/** As sshd(8) tells it in SSH_CONNECTION. */
function cameFrom(facts: Facts | undefined): string | undefined {
  const [from] = facts?.environment.SSH_CONNECTION?.split(' ') ?? []
  return from ? canonical(from) : undefined
}
