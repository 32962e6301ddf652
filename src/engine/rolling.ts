import type { Plan } from '../model/plan.ts'
import type { Play } from '../model/task.ts'
import type { HostRun } from './host.ts'

/** Who sees to it that users of what is changed miss nothing while a play that says `rolling` goes from wave to wave. */
export interface Rolling {
  /** The waves that a play has where users would feel something of the plan; the same where they would not. */
  waves(play: Play, waves: Play['waves'], plan: Plan): Play['waves']
  /**
   * Carries out the work of a wave, with what has to be done before it and behind it. What is wrong then becomes a failure of
   * its hosts, and of whom it keeps from being changed.
   */
  around(
    wave: { readonly play: Play; readonly plan: Plan; readonly hosts: readonly HostRun[] },
    work: () => Promise<void>,
  ): Promise<void>
}
