import type { Cluster } from '../cluster/index.ts'
import type { HostRun } from '../engine/host.ts'
import { Failure, Problems } from '../model/failure.ts'
import { type FeltClass, isMore, type PlanImpact } from '../model/impact.ts'
import { changeOf, type Plan, type Step } from '../model/plan.ts'
import { factsOf } from './facts-of.ts'

/** How much a run may do to those who use its clusters. */
export interface Bounded {
  /** What users may feel at most; where a step does more, nothing is changed. */
  readonly maxImpact?: Exclude<FeltClass, 'outage'> | undefined
}

/** What users feel of a plan; `undefined` where there is no cluster, or nothing to do. */
export async function judgedFor(
  clusters: readonly Cluster[],
  plan: Plan,
  hosts: readonly HostRun[],
): Promise<{ readonly plan: Plan; readonly impact: PlanImpact } | undefined> {
  const works = plan.hosts.some(({ steps }) =>
    steps.some((step) => changeOf(step) !== undefined || step.verdict.is === 'unknown'),
  )
  if (clusters.length === 0 || !works) return undefined
  const { impactOf } = await import('../plans/impact.ts')
  const facts = factsOf(hosts)
  const { withMeaning } = await import('../plans/meaning/index.ts')
  return impactOf(withMeaning(plan, facts), { clusters, facts })
}

/** Why a plan does more to users than it may, TOO_MUCH_IMPACT; `undefined` where it does not. */
export function impactBeyond({ hosts }: Plan, { maxImpact: most }: Bounded): Failure | undefined {
  if (most === undefined) return undefined
  const all = hosts.flatMap(({ host, steps }) =>
    steps.flatMap((step) => {
      const found = classOf(step)
      return isMore(found, most) ? [tooMuch(host, step, found, most)] : []
    }),
  )
  return all.length > 0 ? new Problems('TOO_MUCH_IMPACT', all) : undefined
}

/** Refuses steps of which nobody knew before that they would do so much. */
export function refusingImpact(
  { hosts }: Plan,
  { maxImpact: most }: Bounded,
): (host: string, step: Step) => Failure | undefined {
  const planned = new Map(
    hosts.flatMap(({ host, steps }) => steps.map((step) => [`${host} ${step.key}`, step])),
  )
  return (host, step) => {
    if (most === undefined) return undefined
    const found = changeOf(step)?.impact ?? 'none'
    const foreseen = planned.get(`${host} ${step.key}`)
    const isForeseen = foreseen?.felt !== undefined && changeOf(foreseen)?.impact === found
    return isForeseen || !isMore(found, most) ? undefined : tooMuch(host, step, found, most)
  }
}

function classOf(step: Step): FeltClass {
  return step.felt?.class ?? changeOf(step)?.impact ?? 'none'
}

function tooMuch(host: string, step: Step, found: FeltClass, most: FeltClass): Failure {
  const why = step.felt?.why.length ? `: ${step.felt.why.join('; ')}` : ''
  const message = `"${changeOf(step)?.summary}" is ${article(found)}, and at most ${article(most)} is allowed${why}`
  return new Failure('TOO_MUCH_IMPACT', message, {
    where: { host, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
  })
}

function article(one: FeltClass): string {
  return one === 'none' ? 'no impact' : one === 'outage' ? 'an outage' : `a ${one}`
}
