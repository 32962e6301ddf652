import type { ClusterFailover } from '../model/failover.ts'
import { Failure } from '../model/failure.ts'
import { failoverOf } from './failover.ts'
import { loadPlaybook, type PlaybookOptions } from './playbook.ts'

/** Which clusters are explained. */
export type ExplainOptions = PlaybookOptions

/** Combinations that differ to keepalived; a cluster of three directors has some thousands. */
const most = 20_000
/** Steps of their elections: some ten seconds. */
const work = 30_000_000

/**
 * Tells of each cluster of the inventory how its VIPs move, and proves it, without asking any host. Throws `Failure` on bad
 * input, and where the inventory describes no cluster.
 */
export async function explainClusters(options: ExplainOptions): Promise<readonly ClusterFailover[]> {
  const intent = await loadPlaybook({ ...options, limit: undefined }, 'asked')
  if (intent.clusters.length === 0)
    throw new Failure('INVALID_INPUT', 'the inventory describes no cluster', {
      next: 'set the variable "cluster" for its hosts: docs/inventory.md explains it',
    })
  return failoverOf(intent, { most, work })
}
