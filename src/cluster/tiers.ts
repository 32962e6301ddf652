import type { Cluster } from './cluster.ts'
import type { ClusterSettings } from './vocabulary/index.ts'

/** A cluster, and the one that stands behind it, where one does: from the clients inwards. */
export function tiersOf(cluster: Cluster): readonly Cluster[] {
  return cluster.behind ? [cluster, cluster.behind] : [cluster]
}

/** The tier whose realservers have the pages. */
export function innermost(cluster: Cluster): Cluster {
  return cluster.behind ?? cluster
}

/** Name of the cluster that stands behind one with these words. */
export function behindOf({ backend }: ClusterSettings): string | undefined {
  return typeof backend === 'string' ? undefined : backend.cluster
}
