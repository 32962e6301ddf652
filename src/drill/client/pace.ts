import { setTimeout as pause } from 'node:timers/promises'
import { inTime } from './outage.ts'
import type { Ask, ProbePlan } from './probing.ts'

/** Milliseconds of each trial, and how often the interval may double. */
const trial = 700
const doublings = 4
/** In a trial an answer must come sooner than in a drill, so that a little more load later does no harm. */
const soon = 125
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
    const probes = await Promise.all(plans.map(ask))
    await pause(trial, undefined, { signal }).catch(() => {})
    const records = (await Promise.all(probes.map((one) => one.stop()))).flat()
    const kept = records.filter((one) => inTime(one, soon)).length
    if (signal.aborted || kept >= share * records.length || round === doublings) return plans
    plans = plans.map((plan) => ({
      ...plan,
      interval: plan.interval * 2,
      atMost: Math.ceil(plan.atMost / 2),
    }))
  }
}
