import { Failure } from '../model/failure.ts'
import type { Reversible } from './going-back.ts'
import type { Locking } from './locking.ts'
import type { PlanOptions } from './plan.ts'
import { loadPlaybook } from './playbook.ts'
import { type Purpose, type RunResult, runIntent } from './run.ts'

/** What is to be made of which hosts, and whether it is proved afterwards. */
export type ApplyOptions = PlanOptions &
  Locking &
  Reversible & {
    /** Prove the clusters afterwards; `true` where it is not said. */
    readonly verify?: boolean
  }

/**
 * Makes the hosts what the playbook says, then proves the clusters. A host that fails never stops another: `failures`
 * of the result tells of it. Throws `Failure` for what ends the run before any host was changed.
 */
export function apply(options: ApplyOptions): Promise<RunResult> {
  return applied(options)
}

/** The same by a plan that was kept in a file, which says which hosts, which inventory and which playbook. */
export type ApplyPlanOptions = Omit<ApplyOptions, 'inventory' | 'playbook'> & {
  /** The file that `plan` wrote. */
  readonly plan: string
  readonly inventory?: readonly string[]
}

/**
 * Does what a kept plan says, and nothing else. Throws PLAN_STALE, before anything is changed anywhere, where something that
 * the plan rests on has moved: `problems` of it has each, with its host, its resource, what was expected and what was found.
 */
export async function applyPlan({ plan: path, ...given }: ApplyPlanOptions): Promise<RunResult> {
  const { askingAgain, keptPlanIn } = await import('./keeping.ts')
  const { followingPlan } = await import('./kept-run.ts')
  const kept = keptPlanIn(path)
  if (!kept)
    throw new Failure('INVALID_INPUT', `${path} is no plan`, { next: 'make one: understudy plan --out' })
  const options = askingAgain(path, kept, given)
  return followingPlan(path, kept, options, (planned) => applied(options, planned))
}

function applied(options: ApplyOptions, planned?: Purpose['planned']): Promise<RunResult> {
  const purpose = {
    command: 'apply',
    verify: options.verify ?? true,
    locks: true,
    reversible: { rollback: options.rollback ?? false },
  } as const
  return runIntent(
    (onHosts) => loadPlaybook(options, 'run', onHosts),
    { ...purpose, ...(planned ? { planned } : {}) },
    options,
  )
}
