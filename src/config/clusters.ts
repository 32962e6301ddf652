import { type Cluster, type ClusterProblem, resolveClusters } from '../cluster/index.ts'
import { type Failure, InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Intent } from '../model/task.ts'
import { clusterMembers, type Inventory } from './inventory/index.ts'
import { problem } from './problem.ts'

/** The clusters of an inventory, and what is doubtful about them. */
export interface ClustersFound {
  readonly clusters: readonly Cluster[]
  readonly warnings: Intent['warnings']
  /** A problem that only the machines could show, at its place in the inventory. */
  failureOf(problem: ClusterProblem): Failure
}

/** Reads the HA vocabulary of an inventory. Throws InvalidInput with everything that is wrong. */
export function clustersOf(inventory: Inventory): ClustersFound {
  const { members, originOf } = clusterMembers(inventory)
  const { clusters, problems } = resolveClusters(members)
  const failureOf = (found: ClusterProblem) => problem(found.message, originOf(found), found.next)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new InvalidInput(errors.map(failureOf))
  return {
    clusters,
    failureOf,
    warnings: problems
      .filter(({ severity }) => severity === 'warning')
      .map((found) => warningOf(found, originOf(found))),
  }
}

function warningOf({ message, next }: ClusterProblem, origin: Origin | undefined) {
  return { message: next ? `${message}: ${next}` : message, ...(origin ? { origin } : {}) }
}
