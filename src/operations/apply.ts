import { Failure } from '../model/failure.ts'
import { type ApplyOptions, carriedOut } from './carried-out.ts'
import { recorder } from './recording.ts'
import type { Purpose, RunResult } from './run.ts'

export type { ApplyOptions } from './carried-out.ts'

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
  return carriedOut(options, recorder(options), planned)
}
