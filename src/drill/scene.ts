import type { Bound } from '../model/drill.ts'
import type { ExpectedVip } from '../verify/expected.ts'
import type { ProbePlan } from './client/probing.ts'
import type { StreamPlan } from './client/streams.ts'
import type { Fault, Struck } from './fault.ts'

/** Where a drill takes place. */
export interface Scene {
  /** Letters and digits; names units and folders on the machines. */
  readonly id: string
  readonly fault: Fault
  readonly struck: readonly Struck[]
  readonly directors: readonly { readonly host: string; readonly interfaces: readonly string[] }[]
  /** The machine that asks; absent where it is this computer. */
  readonly observer?: string
  /** Directors by their addresses and MACs, realservers by their addresses. */
  readonly names: ReadonlyMap<string, string>
  /** Who holds each VIP before the drill, by VIP. */
  readonly holders: ReadonlyMap<string, string>
  /** What moves with the VIPs of routes and rules. */
  readonly routing: readonly Pick<ExpectedVip, 'routes' | 'rules'>[]
  readonly services: readonly (ProbePlan & {
    readonly url: string
    readonly sorryPage: boolean
    readonly streams: readonly StreamPlan[]
  })[]
  /** VIPs with services for which whoever asks has no way. */
  readonly unasked: readonly string[]
  readonly bound: Bound
  /** Milliseconds without an answer after which the fault is undone at once. */
  readonly mostOutage?: number
  /** Milliseconds the fault lasts unless the cluster has long recovered. */
  readonly lasts: number
  /** Milliseconds for the cluster to be whole again once the fault is undone. */
  readonly patience: number
}
