import type { Cluster, Service } from './cluster.ts'
import { indispensable } from './servers.ts'
import type { ClusterSettings } from './vocabulary/index.ts'

/** A cluster, and the one that stands behind it, where one does: from the clients inwards. */
export function tiersOf(cluster: Cluster): readonly Cluster[] {
  return cluster.behind ? [cluster, cluster.behind] : [cluster]
}

/** The tier whose realservers have the pages. */
export function innermost(cluster: Cluster): Cluster {
  return cluster.behind ?? cluster
}

/** Every tier in which a realserver can be lost while another is left. */
export function spareTiers(cluster: Cluster): readonly Cluster[] {
  return tiersOf(cluster).filter((tier) => spareRealservers(tier).length > 0)
}

/** The realservers of one tier that can be lost, while each of their services has another. */
export function spareRealservers(tier: Cluster): readonly string[] {
  const needed = new Set(indispensable(tier))
  const hosts = tier.realservers.map(({ host }) => host)
  return hosts.length > 1 ? hosts.filter((host) => !needed.has(host)) : []
}

/** The tier in which a host is a realserver. */
export function tierServedBy(cluster: Cluster, host: string): Cluster | undefined {
  return tiersOf(cluster).find(({ realservers }) => realservers.some((one) => one.host === host))
}

/** The page that nginx or HAProxy answer for themselves. */
export const ofBalancers = '/understudy-balancer'

/** Does the check of a service ask for a page that comes from the tier behind, rather than for one of the balancer's own? */
export function asksThrough({ check }: Service): boolean {
  return 'path' in check && check.path !== ofBalancers
}

/** Name of the cluster that stands behind one with these words. */
export function behindOf({ backend }: ClusterSettings): string | undefined {
  return typeof backend === 'string' ? undefined : backend.cluster
}
