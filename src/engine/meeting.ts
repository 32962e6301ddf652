import { Failure } from '../model/failure.ts'
import type { Registered } from '../model/resource.ts'
import type { Expansion, Task } from '../model/task.ts'

/** What came of a task that ran once, for the hosts that did not run it. */
export interface Came {
  readonly result: Registered
  /** What it decided: variables that it gave are given to all. */
  readonly expansion?: Expansion
  readonly failure?: Failure
}

/** Where a host stands that comes to a task that runs once for all. */
export type Meeting =
  /** It is the one that runs it; `held`: not before the others have come so far. */
  | { readonly is: 'leading'; readonly held: boolean }
  | { readonly is: 'following'; readonly leader: string; readonly came?: Came }

/** Said of the hosts for which another one failed. */
export function failedFor(leader: string, where: Failure['where']): Failure {
  return new Failure(
    'STEP_FAILED',
    `left alone: this task runs once for all on ${leader}, and failed there`,
    {
      where,
      next: 'mend it and run again',
    },
  )
}

/** What the failure of a task means for other hosts, where it says anything of that. */
export function fatality({ fatal }: Task): { readonly fatal?: boolean } {
  return fatal === undefined ? {} : { fatal }
}
