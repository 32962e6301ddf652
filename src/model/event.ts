import type { Drift } from './drift.ts'
import type { Failure } from './failure.ts'
import type { PlanImpact } from './impact.ts'
import type { TakenBack } from './kept.ts'
import type { HostPlan } from './plan.ts'
import type { ResourceId } from './resource.ts'

/** How a run ended on one host. */
export type HostOutcome = 'ok' | 'failed' | 'unreachable' | 'skipped' | 'interrupted'

/** The recap's line for one host. */
export interface HostRecap {
  readonly host: string
  readonly outcome: HostOutcome
  readonly converged: number
  readonly changed: number
  readonly failed: number
  readonly skipped: number
  readonly pending: number
  readonly trips: number
  readonly seconds: number
}

/** `unchanged`: by what its task says of it; `retried`: what it is tried for does not hold yet. */
export type StepOutcome = 'changed' | 'unchanged' | 'failed' | 'ignored' | 'retried'

/** What is done beside the changes of a wave, so that users miss nothing. */
export type RollingStep =
  | 'drained'
  | 'not-drained'
  | 'back'
  | 'left-out'
  | 'handed-over'
  | 'handed-back'
  | 'well'

/** One finding of `verify`. */
export interface ProofResult {
  readonly name: string
  readonly subject: string
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly expected?: string
  readonly seen?: string
  readonly cause?: string
  readonly next?: string
}

/** Everything a run tells the world; reports know nothing else. */
export type RunEvent =
  | {
      readonly is: 'run-started'
      readonly command: string
      readonly hosts: readonly string[]
      readonly plays: readonly string[]
    }
  | { readonly is: 'warning'; readonly message: string; readonly rule?: string }
  | { readonly is: 'host-connected'; readonly host: string; readonly milliseconds: number }
  | { readonly is: 'host-waiting'; readonly host: string; readonly on: string }
  /** Nothing has come from the host for so many seconds; `what` is waited for. */
  | { readonly is: 'host-slow'; readonly host: string; readonly what: string; readonly seconds: number }
  /** The shell that a host runs, for who wants to read it; `undefined` where a task wants nothing of it shown. */
  | { readonly is: 'program-sent'; readonly host: string; readonly script: string | undefined }
  | { readonly is: 'host-inspected'; readonly host: string; readonly milliseconds: number }
  /** The first plan of each host: what `plan` shows. */
  | { readonly is: 'host-planned'; readonly plan: HostPlan }
  /** Something that is not as the playbook says. */
  | { readonly is: 'drift-found'; readonly drift: Drift }
  /** What users of the clusters feel of all of it. */
  | { readonly is: 'impact-known'; readonly impact: PlanImpact }
  | {
      readonly is: 'wave-started'
      readonly play: string
      readonly hosts: readonly string[]
    }
  /** `told`: what else is to be said of it; empty where there is nothing. */
  | {
      readonly is: 'rolling'
      readonly host: string
      readonly step: RollingStep
      readonly seconds: number
      readonly told: string
    }
  | {
      readonly is: 'step-started'
      readonly host: string
      readonly step: ResourceId
      readonly title: string
      readonly play: string
    }
  | {
      readonly is: 'step-finished'
      readonly host: string
      readonly step: ResourceId
      readonly title: string
      readonly play: string
      readonly summary: string
      readonly outcome: StepOutcome
      readonly milliseconds: number
      readonly output?: string
    }
  /** What a task says, such as `debug`. */
  | { readonly is: 'task-said'; readonly host: string; readonly title: string; readonly text: string }
  /** A machine of a run that failed was taken back to what it was before. */
  | { readonly is: 'taken-back'; readonly taken: TakenBack }
  | { readonly is: 'host-failed'; readonly host: string; readonly failure: Failure }
  | { readonly is: 'host-finished'; readonly recap: HostRecap }
  | { readonly is: 'verify-started'; readonly cluster: string }
  /** These do not hold yet; they are looked at again until so many seconds after the verification began. */
  | {
      readonly is: 'verify-waiting'
      readonly cluster: string
      readonly seconds: number
      readonly failing: readonly ProofResult[]
    }
  | { readonly is: 'proof'; readonly result: ProofResult }
  /** The whole run ended here: bad input, or a defect of a machine that all hosts need. */
  | { readonly is: 'run-failed'; readonly failure: Failure }
  | { readonly is: 'run-finished'; readonly seconds: number }

/** Where events go. */
export type Emit = (event: RunEvent) => void
