import { explaining } from '../config/told-variables.ts'
import { loadPlaybook, type PlaybookOptions } from './playbook.ts'
import { type Purpose, type RunOptions, type RunResult, runIntent } from './run.ts'

/** What is to be made of which hosts. */
export type PlanOptions = PlaybookOptions &
  RunOptions & {
    /** Steps tell in `resource.because` which variables their tasks read, and where these have their values. */
    readonly explain?: boolean | undefined
  }

/** Where the plan is kept beside. */
export interface KeepOptions {
  /** The file for it, which `apply` takes; secrets are never in it. No plan is kept where a host failed. */
  readonly out?: string | undefined
}

/**
 * Asks the hosts, and says what `apply` would change; changes nothing. Throws `Failure` on bad input, and where the plan cannot
 * be kept.
 */
export async function plan(options: PlanOptions & KeepOptions): Promise<RunResult> {
  const run = (planned?: Purpose['planned']) =>
    explainedIf(options, () =>
      runIntent(
        (onHosts) => loadPlaybook(options, 'asked', onHosts),
        { command: 'plan', verify: false, locks: false, ...(planned ? { planned } : {}) },
        options,
      ),
    )
  const { out } = options
  if (out === undefined) return run()
  const { checkPlaceFor } = await import('./keeping.ts')
  const { keepingPlan } = await import('./kept-run.ts')
  checkPlaceFor(out)
  return keepingPlan(out, options, run)
}

/** Does something of which it can be told what was read for it, where that is wished. */
export function explainedIf<T>({ explain = false }: Pick<PlanOptions, 'explain'>, work: () => T): T {
  return explain ? explaining(work) : work()
}
