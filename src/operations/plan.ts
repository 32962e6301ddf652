import { loadPlaybook, type PlaybookOptions } from './playbook.ts'
import { type RunOptions, type RunResult, runIntent } from './run.ts'

/** What is to be made of which hosts. */
export type PlanOptions = PlaybookOptions & RunOptions

/** Asks the hosts, and says what `apply` would change; changes nothing. Throws `Failure` on bad input. */
export function plan(options: PlanOptions): Promise<RunResult> {
  return runIntent(
    () => loadPlaybook(options, 'asked'),
    { command: 'plan', verify: false, locks: false },
    options,
  )
}
