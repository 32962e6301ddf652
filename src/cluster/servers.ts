import type { Cluster, Realserver, Service } from './cluster.ts'
import type { Machine } from './network.ts'

/** The machines that serve what clients find: the realservers, or the directors where nothing is balanced. */
export function serversOf({ balancer, directors, realservers }: Cluster): readonly Machine[] {
  return balancer === 'none' ? directors : realservers
}

/** The realservers that serve one service, with their weights for it. */
export function poolOf(
  { realservers }: Pick<Cluster, 'realservers'>,
  { pool, weights }: Service,
): readonly Realserver[] {
  const members = pool ? realservers.filter(({ host }) => pool.includes(host)) : realservers
  return weights ? members.map((one) => ({ ...one, weight: weights.get(one.host) ?? one.weight })) : members
}

/** The hosts that are all that serves some service: without one of them its clients find nobody. */
export function indispensable(cluster: Cluster): readonly string[] {
  const pools = cluster.vips.flatMap(({ services }) => services.map((service) => poolOf(cluster, service)))
  return pools.flatMap((pool) => (pool.length === 1 ? pool.map(({ host }) => host) : []))
}
