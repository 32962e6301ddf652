import type { Cluster, Realserver, Service } from './cluster.ts'
import type { Machine } from './network.ts'

/** The machines that serve what clients find: the realservers, or the directors where nothing is balanced. */
export function serversOf({ balancer, directors, realservers }: Cluster): readonly Machine[] {
  return balancer === 'none' ? directors : realservers
}

/** The realservers that serve one service, as they are for it. */
export function poolOf(
  { realservers }: Pick<Cluster, 'realservers'>,
  { pool, weights, backups }: Service,
): readonly Realserver[] {
  const members = pool ? realservers.filter(({ host }) => pool.includes(host)) : realservers
  return members.map((one) => ({
    ...one,
    weight: weights?.get(one.host) ?? one.weight,
    backup: backups?.has(one.host) ?? one.backup,
  }))
}

/** A cluster as one of its realservers meets it: each VIP with the services that are sent there. */
export function asMetBy(cluster: Cluster, host: string): Cluster {
  const isServed = (service: Service) => poolOf(cluster, service).some((one) => one.host === host)
  return {
    ...cluster,
    vips: cluster.vips.map((vip) => ({ ...vip, services: vip.services.filter(isServed) })),
  }
}

/** The way back through the directors, of a realserver whose answers are to take it: those of one that others serve need not. */
export function wayBackFrom(cluster: Cluster, host: string): Cluster['nat'] {
  const translates = ({ vips }: Cluster) =>
    vips.some(({ services }) => services.some(({ forwarding }) => forwarding === 'nat'))
  return translates(cluster) && !translates(asMetBy(cluster, host)) ? undefined : cluster.nat
}

/** The hosts that are all that serves some service: without one of them its clients find nobody. */
export function indispensable(cluster: Cluster): readonly string[] {
  const pools = cluster.vips.flatMap(({ services }) => services.map((service) => poolOf(cluster, service)))
  return pools.flatMap((pool) => (pool.length === 1 ? pool.map(({ host }) => host) : []))
}
