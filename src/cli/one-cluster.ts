import type { Cluster } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'

/** The only cluster of the inventory. Throws INVALID_INPUT where it has none or several. */
export function oneCluster(clusters: readonly Cluster[]): Cluster {
  const [cluster, ...others] = clusters
  if (!cluster)
    throw new Failure('INVALID_INPUT', 'the inventory describes no cluster', {
      next: 'set the variable "cluster" for its hosts: docs/inventory.md explains it',
    })
  if (others.length > 0)
    throw new Failure('INVALID_INPUT', `the inventory describes ${clusters.length} clusters`, {
      next: `choose one by one of its hosts, such as --limit ${cluster.directors[0]?.host}`,
    })
  return cluster
}
