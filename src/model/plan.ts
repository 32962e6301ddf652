import type { Change } from './change.ts'
import type { Felt } from './impact.ts'
import type { Origin } from './origin.ts'
import type { Resource, ResourceId } from './resource.ts'

/** What a plan says of one resource. */
export type Verdict =
  | { readonly is: 'converged' }
  | { readonly is: 'skipped' }
  | { readonly is: 'change'; readonly change: Change }
  /** An earlier change may alter the readings this rests on; `expected` is what they say now. */
  | {
      readonly is: 'provisional'
      readonly expected: Change | undefined
      readonly after: ResourceId
      /** The change looks for itself whether it is still needed: it can be sent before anybody knows. */
      readonly looks?: true
    }
  /** It was tried in this run, and failed. */
  | { readonly is: 'failed' }
  /** Nothing of the host is changed by it: something that the run says or decides. */
  | { readonly is: 'told'; readonly text: string }
  /** Not even the resource is known yet. */
  | { readonly is: 'unknown'; readonly after: string }

/** One line of a host's plan. */
export interface Step {
  /** Its place among the tasks of its host, the same in all plans of a run; absent where it stands in none. */
  readonly key?: string
  readonly id: ResourceId
  readonly title: string
  readonly play: string
  readonly origin?: Origin
  readonly verdict: Verdict
  /** What it means to a cluster, in sentences, where it changes a configuration that is understood. */
  readonly means?: readonly string[]
  /** What users feel of it; absent where it changes nothing, or nobody asked. */
  readonly felt?: Felt
  /** Absent only while unknown or skipped. Must not be used by reports. */
  readonly resource?: Resource
}

export interface HostPlan {
  readonly host: string
  readonly steps: readonly Step[]
}

/** What is to change on every host. */
export interface Plan {
  readonly hosts: readonly HostPlan[]
  /** Nothing is provisional or unknown: `apply` will do exactly this. */
  readonly complete: boolean
}

/** The change a step stands for, settled or expected. */
export function changeOf(step: Step): Change | undefined {
  return changeIn(step.verdict)
}

/** The change in a verdict, settled or expected. */
export function changeIn(verdict: Verdict): Change | undefined {
  if (verdict.is === 'change') return verdict.change
  return verdict.is === 'provisional' ? verdict.expected : undefined
}

/** The change in a verdict that can be sent as it stands. */
export function sendableIn(verdict: Verdict): Change | undefined {
  return verdict.is === 'change' || (verdict.is === 'provisional' && verdict.looks)
    ? changeIn(verdict)
    : undefined
}

/** Is something still to be done, or to be found out? */
export function isOpen({ is }: Verdict): boolean {
  return is === 'change' || is === 'provisional' || is === 'unknown'
}
