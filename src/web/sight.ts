import type { DeadMessage, FleetEvent } from '../fleet/event.ts'
import type { ClusterState, Run, WorkerSeen } from '../fleet/kept.ts'
import type { LeaseHolder } from '../fleet/lease.ts'

/** A cluster as it was last seen. */
export interface SeenCluster {
  readonly cluster: string
  readonly site: string
  readonly labels: Readonly<Record<string, string>>
  /** Absent: nothing was done to it yet. */
  readonly state?: ClusterState
  /** Who has it right now. */
  readonly holder?: LeaseHolder
}

/** All of a fleet at one moment. */
export interface Sight {
  readonly fleet: string
  /** When it was looked at: milliseconds since the epoch. */
  readonly at: number
  readonly clusters: readonly SeenCluster[]
  readonly workers: readonly WorkerSeen[]
  /** Runs that are not over. */
  readonly runs: readonly Run[]
}

/** One look at a fleet, or why there is none: the engine is away. */
export type Look =
  | { readonly is: 'seen'; readonly sight: Sight }
  | { readonly is: 'lost'; readonly why: string }

/** What pages read of a fleet; nothing here writes. */
export interface FleetView {
  /** Looks, each when something happened or some seconds passed, until the signal; the first at once. */
  looks(signal: AbortSignal): AsyncIterable<Look>
  /** What was told, the oldest first; with `follow` also what is told from now on. */
  events(asked: {
    readonly cluster?: string
    readonly run?: string
    /** Milliseconds since the epoch. */
    readonly since?: number
    readonly follow?: AbortSignal
  }): AsyncIterable<FleetEvent>
  /** All runs that are remembered, the newest first. */
  runs(): Promise<readonly Run[]>
  /** Jobs that were given up, and messages that are none. */
  dead(): Promise<readonly DeadMessage[]>
}
