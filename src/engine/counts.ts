import type { HostRecap } from '../model/event.ts'
import { isOpen } from '../model/plan.ts'
import { isAsExpected } from './outcome.ts'
import type { HostPlanning, Outcome } from './planning.ts'

/** How many steps of a host came to what, by its last plan and what was done to it. */
export function countsOf(
  planning: HostPlanning | undefined,
  done: ReadonlyMap<string, number>,
  outcomes: ReadonlyMap<string, Outcome>,
): Pick<HostRecap, 'converged' | 'changed' | 'skipped' | 'pending'> {
  const steps = planning?.steps.map(({ step }) => step) ?? []
  const changed = [...done.keys()].filter((key) => outcomes.get(key)?.result.changed).length
  const pending = steps.filter(({ verdict }) => isOpen(verdict) && !isAsExpected(verdict)).length
  const skipped = steps.filter((step) => step.verdict.is === 'skipped').length
  const failed = steps.filter((step) => step.verdict.is === 'failed').length
  return {
    converged: Math.max(0, steps.length - pending - skipped - failed - changed),
    changed,
    skipped,
    pending,
  }
}
