import type { Change, Difference } from './change.ts'
import { discreet } from './discreet.ts'
import type { Felt } from './impact.ts'
import type { Origin } from './origin.ts'
import { changeOf, type Step, type Verdict } from './plan.ts'
import type { ResourceId } from './resource.ts'

/** What anybody may be shown of a step of a plan: data without secrets, and nothing that could be carried out. */
export interface ShownStep {
  readonly id: ResourceId
  readonly title: string
  readonly play: string
  readonly origin?: Origin | undefined
  readonly verdict: Verdict['is']
  /** What it waits for, or rests on. */
  readonly after?: string | undefined
  readonly text?: string | undefined
  readonly summary?: string | undefined
  readonly impact?: Change['impact'] | undefined
  readonly differences?: readonly Difference[] | undefined
  readonly felt?: Felt | undefined
  /** Its task wants nothing of it shown. */
  readonly noLog?: true | undefined
}

/** A host's plan, of which the same holds. */
export interface ShownPlan {
  readonly host: string
  readonly steps: readonly ShownStep[]
}

/** What may be shown of a step. */
export function shownStep(step: Step, redact: (text: string) => string): ShownStep {
  const { id, title, play, origin, verdict, felt } = step
  const change = changeOf(step)
  const noLog = step.resource?.options.noLog === true
  return {
    id: redact(id) as ResourceId,
    title: redact(title),
    play: redact(play),
    ...(origin ? { origin } : {}),
    verdict: verdict.is,
    ...('after' in verdict ? { after: redact(verdict.after) } : {}),
    ...(verdict.is === 'told' ? { text: redact(verdict.text) } : {}),
    ...(change
      ? {
          summary: redact(change.summary),
          impact: change.impact,
          differences: noLog ? [] : change.differences.map((one) => discreet(one, redact)),
          ...(felt ? { felt } : {}),
          ...(noLog ? { noLog } : {}),
        }
      : {}),
  }
}
