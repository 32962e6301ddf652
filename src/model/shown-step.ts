import type { Change, Difference } from './change.ts'
import { discreet } from './discreet.ts'
import type { Felt } from './impact.ts'
import type { Origin } from './origin.ts'
import { changeOf, type Step, type Verdict } from './plan.ts'
import type { ReadVariable } from './read-variable.ts'
import type { ResourceId } from './resource.ts'

/** A plan knows of a step what it does, assumes it, or cannot say it before others were made. */
export type Certainty = 'certain' | 'assumed' | 'unknown'

/** What anybody may be shown of a step of a plan: data without secrets, and nothing that could be carried out. */
export interface ShownStep {
  readonly id: ResourceId
  readonly title: string
  readonly play: string
  readonly origin?: Origin | undefined
  readonly verdict: Verdict['is']
  /** How much can be said of what it does; absent where it does nothing. */
  readonly certainty?: Certainty | undefined
  /** What has to hold for it, where it is assumed. */
  readonly assumption?: string | undefined
  /** What it waits for, or rests on. */
  readonly after?: string | undefined
  readonly text?: string | undefined
  readonly summary?: string | undefined
  readonly impact?: Change['impact'] | undefined
  readonly differences?: readonly Difference[] | undefined
  /** What it means to a cluster, in sentences. */
  readonly means?: readonly string[] | undefined
  readonly felt?: Omit<Felt, 'sparable'> | undefined
  /** Variables that its task read, where somebody wants to know. */
  readonly because?: readonly ReadVariable[] | undefined
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
  const { id, title, play, origin, verdict, felt, means } = step
  const change = changeOf(step)
  const noLog = step.resource?.options.noLog === true
  const because = step.resource?.because
  return {
    id: redact(id) as ResourceId,
    title: redact(title),
    play: redact(play),
    ...(origin ? { origin } : {}),
    verdict: verdict.is,
    ...certaintyOf(step, redact),
    ...('after' in verdict ? { after: redact(verdict.after) } : {}),
    ...(verdict.is === 'told' ? { text: redact(verdict.text) } : {}),
    ...(change
      ? {
          summary: redact(change.summary),
          impact: change.impact,
          differences: noLog ? [] : change.differences.map((one) => discreet(one, redact)),
          ...(means && !noLog ? { means: means.map(redact) } : {}),
          ...(felt ? { felt: { class: felt.class, vips: felt.vips, why: felt.why } } : {}),
          ...(because && !noLog ? { because: because.map((one) => withoutSecrets(one, redact)) } : {}),
          ...(noLog ? { noLog } : {}),
        }
      : {}),
  }
}

function withoutSecrets(read: ReadVariable, redact: (text: string) => string): ReadVariable {
  return read.value === undefined ? read : { ...read, value: redact(read.value) }
}

function certaintyOf(
  { verdict }: Step,
  redact: (text: string) => string,
): Pick<ShownStep, 'certainty' | 'assumption'> {
  switch (verdict.is) {
    case 'change':
      return { certainty: 'certain' }
    case 'unknown':
      return { certainty: 'unknown' }
    case 'provisional': {
      const { expected, after, looks } = verdict
      const assumption = looks
        ? `it is still needed behind ${after}: it looks for itself`
        : expected
          ? `what it was decided on is still so behind ${after}`
          : `nothing is to be done behind ${after} either`
      return { certainty: 'assumed', assumption: redact(assumption) }
    }
    default:
      return {}
  }
}
