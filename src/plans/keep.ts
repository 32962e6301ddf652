import type { Facts } from '../model/facts.ts'
import type { PlanImpact } from '../model/impact.ts'
import { changeOf, type Step } from '../model/plan.ts'
import { shownStep } from '../model/shown-step.ts'
import {
  type Asked,
  type KeptFile,
  type KeptHost,
  type KeptPlan,
  type KeptStep,
  keptVersion,
  kind,
} from './kept.ts'
import { canonical, type Summing, sealOf, sumOf } from './sums.ts'

/** A host as it was planned. */
export interface PlannedHost {
  readonly host: string
  readonly address: string
  readonly facts: Facts
  /** Addresses of its clusters, the VIPs among them, that it holds. */
  readonly holds: readonly string[]
  readonly steps: readonly Step[]
}

/** Everything a plan is made of. */
export interface Planned {
  readonly made: KeptPlan['made']
  readonly asked: Asked
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly plays: readonly string[]
  readonly hosts: readonly PlannedHost[]
  readonly impact?: PlanImpact | undefined
}

/** A plan as it is kept: what is not as it should be, and sums of all that it rests on. */
export function keep({ made, asked, files, plays, hosts, impact }: Planned, summing: Summing): KeptPlan {
  const plan: Omit<KeptPlan, 'seal'> = {
    kind,
    version: keptVersion,
    made,
    asked,
    salt: summing.salt,
    files: [...files].map(([path, content]): KeptFile => ({ path, ...sumOf(content, summing) })),
    plays: [...plays],
    hosts: hosts.map((one) => keptHost(one, summing)),
    ...(impact ? { impact: structuredClone(impact) as NonNullable<KeptPlan['impact']> } : {}),
  }
  return { ...plan, seal: sealOf(plan) }
}

function keptHost({ host, address, facts, holds, steps }: PlannedHost, summing: Summing): KeptHost {
  const { hostKey } = facts.ssh
  return {
    host,
    address,
    system: `${facts.os.name}, Linux ${facts.kernel}, ${facts.architecture}`,
    ...(hostKey === undefined ? {} : { key: sumOf(hostKey, summing).digest }),
    holds: [...holds],
    steps: steps.flatMap((step) => keptStep(step, summing) ?? []),
  }
}

/** A step as it is kept; `undefined` where it has nothing to do and nothing to say. */
export function keptStep(step: Step, summing: Summing): KeptStep | undefined {
  const { is } = step.verdict
  if (is === 'converged' || is === 'skipped' || is === 'failed') return undefined
  const { verdict: _, because: __, differences, felt, means, ...shown } = shownStep(step, summing.redact)
  return {
    key: step.key ?? '',
    ...shown,
    verdict: is,
    ...(differences ? { differences: [...differences] } : {}),
    ...(means ? { means: [...means] } : {}),
    ...(felt ? { felt: structuredClone(felt) as NonNullable<KeptStep['felt']> } : {}),
    ...digestOf(step, summing),
  }
}

/** The sum of everything a step does and how, its shell with the sums of what it found among it. */
function digestOf(step: Step, summing: Summing): Partial<Pick<KeptStep, 'digest' | 'slow'>> {
  const change = changeOf(step)
  if (!change) return {}
  const { secrets = [], judgement: _, noLog, ...how } = step.resource?.options ?? {}
  // What it leaves behind follows from what it does.
  const { leaves, ...done } = change
  return sumOf(canonical({ done, how }), summing, noLog === true || secrets.length > 0)
}
