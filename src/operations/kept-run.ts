import { tellingReads } from '../config/told-reads.ts'
import { Failure, Problems } from '../model/failure.ts'
import type { Step } from '../model/plan.ts'
import { keptStep } from '../plans/keep.ts'
import type { KeptPlan, KeptStep } from '../plans/kept.ts'
import { movedSince, stale, wordsOf } from '../plans/moved.ts'
import type { Summing } from '../plans/sums.ts'
import { type Asking, collectingReads, keptOf, newSalt, summingWith, writePlan } from './keeping.ts'
import type { Purpose, RunResult } from './run.ts'

type Planned = NonNullable<Purpose['planned']>

/** Runs something, and keeps what it planned in a file, unless a host failed: half a plan is none. */
export function keepingPlan(
  path: string,
  asking: Asking,
  run: (planned: Planned) => Promise<RunResult>,
): Promise<RunResult> {
  const { files, onRead } = collectingReads()
  return tellingReads(onRead, () =>
    run(async (intent, prepared, impact) => {
      if (prepared.hosts.some(({ failure }) => failure)) return undefined
      const summing = summingWith(newSalt(), intent.secrets)
      await writePlan(path, keptOf(asking, intent, prepared, { files, summing, impact }))
      return undefined
    }),
  )
}

/**
 * Runs something that does what a kept plan says, and nothing else. What it rests on is looked at before anything is changed
 * anywhere: where something has moved, it throws PLAN_STALE with all of that.
 */
export function followingPlan(
  path: string,
  kept: KeptPlan,
  asking: Asking,
  run: (planned: Planned) => Promise<RunResult>,
): Promise<RunResult> {
  const { files, onRead } = collectingReads()
  return tellingReads(onRead, () =>
    run(async (intent, prepared) => {
      const summing = summingWith(kept.salt, intent.secrets)
      const now = keptOf(asking, intent, prepared, { files, summing })
      const moved = movedSince(kept, now)
      const failed = prepared.hosts.flatMap(({ host, failure }) =>
        failure ? [notSeen(host.name, failure)] : [],
      )
      if (failed.length > 0) throw new Problems(failed[0]?.code ?? 'UNREACHABLE', failed)
      if (moved.length > 0) throw new Problems('PLAN_STALE', [notHolding(path), ...moved])
      return refusing(kept, summing)
    }),
  )
}

/** What is said before all that has moved. */
function notHolding(path: string): Failure {
  return new Failure('PLAN_STALE', `${path} does not hold any more, and nothing was changed`, {
    next: `look at what is to be done now: understudy plan --out ${path}`,
  })
}

/** Nobody knows of a host that was not seen whether the plan still holds for it. */
function notSeen(host: string, { code, message, where, next }: Failure): Failure {
  return new Failure(code, `${message}: nothing was changed, as the plan is for this host, too`, {
    where: { host, ...where },
    ...(next === undefined ? {} : { next }),
  })
}

/** Says of steps that are about to be sent why the plan has them not, if so. */
function refusing(kept: KeptPlan, summing: Summing): (host: string, step: Step) => Failure | undefined {
  const plans = new Map(
    kept.hosts.map(({ host, steps }) => [
      host,
      { byKey: new Map(steps.map((step) => [step.key, step])), open: steps.some(isUnknown) },
    ]),
  )
  const sent = new Set<string>()
  return (host, step) => {
    const plan = plans.get(host)
    const place = `${host} ${step.key}`
    const now = keptStep(step, summing)
    // What a run notes of itself on a host is no work of the plan's; what was begun is finished.
    if (!now || step.id.startsWith('handler[') || sent.has(place)) return undefined
    const expected = plan?.byKey.get(now.key)
    const refusal = refusalOf(host, expected, now, plan?.open === true)
    if (!refusal) sent.add(place)
    return refusal
  }
}

function refusalOf(
  host: string,
  expected: KeptStep | undefined,
  now: KeptStep,
  isOpenPlan: boolean,
): Failure | undefined {
  if (!expected)
    return isOpenPlan
      ? undefined
      : stale(`the plan has nothing to do here, and now there is ${wordsOf(now)}`, host, now)
  if (expected.verdict !== 'change' || expected.digest === now.digest) return undefined
  return stale(`the plan has ${wordsOf(expected)} here, and now there is ${wordsOf(now)}`, host, now)
}

function isUnknown({ verdict }: KeptStep): boolean {
  return verdict === 'unknown'
}
