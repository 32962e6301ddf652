import type { Locking } from './locking.ts'
import type { PlanOptions } from './plan.ts'
import { loadPlaybook } from './playbook.ts'
import { type RunResult, runIntent } from './run.ts'

/** What is to be made of which hosts, and whether it is proved afterwards. */
export type ApplyOptions = PlanOptions &
  Locking & {
    /** Prove the clusters afterwards; `true` where it is not said. */
    readonly verify?: boolean
  }

/**
 * Makes the hosts what the playbook says, then proves the clusters. A host that fails never stops another: `failures`
 * of the result tells of it. Throws `Failure` for what ends the run before any host was changed.
 */
export function apply(options: ApplyOptions): Promise<RunResult> {
  const purpose = { command: 'apply', verify: options.verify ?? true, locks: true } as const
  return runIntent(() => loadPlaybook(options, 'run'), purpose, options)
}
