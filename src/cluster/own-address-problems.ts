import type { Facts } from '../model/facts.ts'
import { canonical } from './addresses.ts'
import type { Cluster } from './cluster.ts'
import type { FactProblem } from './rules/facts.ts'
import { asMetBy } from './servers.ts'
import { tiersOf } from './tiers.ts'
import { allAddressesOf } from './together.ts'

/** Every address that moves with the VIPs, and where the inventory says it. */
export function movingAddresses({ vips, nat }: Pick<Cluster, 'vips' | 'nat'>) {
  return [
    ...vips.flatMap(({ address, also }, index) => [
      { what: 'VIP', address, path: ['vips', index, 'address'] },
      ...also.map((one, at) => ({ what: 'VIP', address: one.address, path: ['vips', index, 'also', at] })),
    ]),
    ...(nat ? [{ what: 'gateway', address: nat.gateway, path: ['nat', 'gateway'] }] : []),
  ]
}

/**
 * Addresses that are to move, and that a realserver or a client has of its own beside the one that the inventory names. What
 * realservers are given of a VIP has no network (/32, /128), and what else they have of it is taken off; directors have what keepalived
 * gives them, and so may whoever retires.
 */
export function ownAddressProblems(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  const tiers = tiersOf(cluster)
  const others = tiers.flatMap((tier) => [...tier.realservers.map(({ host }) => host), ...tier.clients])
  return [...new Set(others)]
    .filter((host) => !cluster.directors.some((director) => director.host === host))
    .flatMap((host) => {
      const known = facts.get(host)
      return known ? problemsOf(cluster, host, known) : []
    })
}

function problemsOf(cluster: Cluster, host: string, { interfaces }: Facts): readonly FactProblem[] {
  const own = Object.values(interfaces).flatMap(({ name, addresses }) =>
    addresses
      .filter(({ prefix, family }) => name !== 'lo' && prefix < (family === 'ipv6' ? 128 : 32))
      .map(({ address }) => ({ name, address: canonical(address) })),
  )
  const healed = new Set(tiersOf(cluster).flatMap((tier) => carriedBy(tier, host)))
  return movingAddresses(cluster).flatMap(({ what, address, path }) => {
    if (healed.has(canonical(address))) return []
    const found = own.find((one) => one.address === canonical(address))
    if (!found) return []
    return [
      {
        rule: 'facts-vip-of-machine',
        severity: 'error',
        message: `the ${what} ${address} is an address that ${host} has of its own, on ${found.name}: both would answer for it`,
        next: 'Choose an address that is free, or take it off that machine first; where it was a director until now, stop its keepalived.',
        host,
        path: ['cluster', ...path],
      },
    ]
  })
}

/** The VIPs that a realserver carries by itself, by direct routing or a tunnel: where else it has them, `apply` takes them off. */
function carriedBy(tier: Cluster, host: string): readonly string[] {
  if (tier.balancer !== 'ipvs' || !tier.realservers.some((one) => one.host === host)) return []
  return asMetBy(tier, host)
    .vips.filter(({ services }) => services.some(({ forwarding }) => forwarding !== 'nat'))
    .flatMap(allAddressesOf)
    .map(canonical)
}
