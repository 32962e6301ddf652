import { setTimeout as pause } from 'node:timers/promises'
import { inTime } from './outage.ts'
import { type Ask, askAll, type ProbePlan, slowAfter } from './probing.ts'

/** Milliseconds of each trial, and how often the interval may double. */
const trial = 700
const doublings = 4
/** In a trial an answer must come twice as soon as in a drill, so that a little more load later does no harm. */
const soon = (plan: ProbePlan) => slowAfter(plan) / 2
const share = 0.95

/**
 * The same plans at a rate that who asks can keep. A machine that cannot keep up lets requests pile up,
 * and what is measured then is the prober: while all is well, the interval doubles until answers come soon.
 */
export async function affordable<Plan extends ProbePlan>(
  wished: readonly Plan[],
  { ask, signal }: { readonly ask: Ask; readonly signal: AbortSignal },
): Promise<readonly Plan[]> {
  let plans = wished
  for (let round = 0; ; round++) {
    const probes = await askAll(plans, ask)
    await pause(trial, undefined, { signal }).catch(() => {})
    const records = await Promise.all(probes.map((one) => one.stop()))
    const kept = plans.map(
      (plan, index) => records[index]?.filter((one) => inTime(one, soon(plan))).length ?? 0,
    )
    const enough = kept.reduce((sum, one) => sum + one, 0) >= share * records.flat().length
    if (signal.aborted || enough || round === doublings) return plans
    plans = plans.map((plan) => ({
      ...plan,
      interval: plan.interval * 2,
      atMost: Math.ceil(plan.atMost / 2),
    }))
  }
}
