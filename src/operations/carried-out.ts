import { tellingReads } from '../config/told-reads.ts'
import type { Reversible } from './going-back.ts'
import type { Locking } from './locking.ts'
import { explainedIf, type PlanOptions } from './plan.ts'
import { loadPlaybook } from './playbook.ts'
import type { Recorder } from './recording.ts'
import { type Purpose, type RunResult, runIntent } from './run.ts'

/** What is to be made of which hosts, and whether it is proved afterwards. */
export type ApplyOptions = PlanOptions &
  Locking &
  Reversible & {
    /** Prove the clusters afterwards; `true` where it is not said. */
    readonly verify?: boolean
  }

/** Carries out a playbook, of which machines record how far it came. */
export function carriedOut(
  options: ApplyOptions,
  { recording, onRead }: Recorder,
  planned: Purpose['planned'],
): Promise<RunResult> {
  const purpose = {
    command: 'apply',
    verify: options.verify ?? true,
    locks: true,
    reversible: { rollback: options.rollback ?? false },
    recording,
    ...(planned ? { planned } : {}),
  } as const
  return tellingReads(onRead, () =>
    explainedIf(options, () =>
      runIntent((onHosts) => loadPlaybook(options, 'run', onHosts), purpose, options),
    ),
  )
}
