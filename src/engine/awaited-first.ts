import type { Reconnects } from '../model/change.ts'
import { changeOf, isOpen } from '../model/plan.ts'
import type { HostPlanning } from './planning.ts'

/** What is waited for before anything else is done on a host that nobody has reached yet. */
export function awaitedFirst({ steps }: HostPlanning): Reconnects | undefined {
  const first = steps.find(({ step }) => isOpen(step.verdict))
  const change = first && changeOf(first.step)
  return change?.changesNothing ? change.reconnects : undefined
}
