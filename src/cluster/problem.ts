import type { Fix } from '../model/rule.ts'

/** Something wrong or doubtful in what the inventory says about a cluster. */
export interface ClusterProblem {
  /** Id of the rule that found it; absent: what only a run comes upon. */
  readonly rule?: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly next?: string
  readonly host?: string
  readonly fix?: Fix
  /** Starts with `cluster`, `director` or `realserver`, the variable of `host` that is meant. */
  readonly path: readonly PropertyKey[]
}
