import { setTimeout as pause } from 'node:timers/promises'
import { inTime } from './outage.ts'
import { type Ask, askAll, type ProbePlan, type Probing, slowAfter } from './probing.ts'

/** Milliseconds of what is looked at of each trial, and how often the interval may double. */
const looked = 1000
const doublings = 4
/** In a trial an answer must come twice as soon as in a drill, so that a little more load later does no harm. */
const soon = (plan: ProbePlan) => slowAfter(plan) / 2
/** Milliseconds until it is known of a request whether it came so soon; of a connection only when it has stayed for its time. */
const known = (plan: ProbePlan) => soon(plan) + (plan.stays ?? 0)
/** Milliseconds until whoever asks has begun. */
const beginning = 300
const share = 0.95

/** Who asks, and how often. */
export interface Asking<Plan extends ProbePlan> {
  readonly plans: readonly Plan[]
  readonly probes: readonly Probing[]
}

/**
 * Asks at a rate that who asks can keep, and goes on. A machine that cannot keep up lets requests pile up, and what is
 * measured then is the prober: while all is well, the interval doubles until answers come soon. Everything else that a
 * drill keeps machines busy with has to have begun.
 */
export async function askSteadily<Plan extends ProbePlan>(
  wished: readonly Plan[],
  { ask, now, signal }: { readonly ask: Ask; readonly now: () => number; readonly signal: AbortSignal },
): Promise<Asking<Plan>> {
  let plans = wished
  for (let round = 0; ; round++) {
    const probes = await askAll(plans, ask)
    try {
      await pause(beginning + looked + Math.max(0, ...plans.map(known)), undefined, { signal })
    } catch (error) {
      await ended(probes)
      throw error
    }
    const judged = plans.map((plan, index) => keptUp(plan, probes[index]?.records ?? [], now()))
    const kept = judged.reduce((sum, one) => sum + one.kept, 0)
    const due = judged.reduce((sum, one) => sum + one.due, 0)
    if (kept >= share * due || round === doublings) return { plans, probes }
    await ended(probes)
    plans = plans.map((plan) => ({
      ...plan,
      interval: plan.interval * 2,
      atMost: Math.ceil(plan.atMost / 2),
    }))
  }
}

/** How many requests were due a moment ago, and how many of them were answered soon: who still waits was not. */
function keptUp(plan: ProbePlan, records: Probing['records'], now: number) {
  const until = now - known(plan)
  const kept = records.filter(
    (one) => one.sent > until - looked && one.sent <= until && inTime(one, soon(plan)),
  )
  return { due: Math.floor(looked / plan.interval), kept: kept.length }
}

async function ended(probes: readonly Probing[]): Promise<void> {
  await Promise.allSettled(probes.map((one) => one.stop()))
}
