import type { DrillResult, ProbeRecord } from './drill.ts'
import type { ProofResult } from './event.ts'

/** A drill, as far as it is known before it is over. */
export interface DrillName {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** The realserver it strikes, where one was named. */
  readonly on?: string
}

/** How far a drill has come. A handover has `handover` and `settling` in place of `fault` and `undo`. */
export type DrillStage = 'baseline' | 'fault' | 'struck' | 'undo' | 'handover' | 'settling' | 'healed'

/** Requests of one client, as far as they are over; grows while the drill goes on. */
export interface DrillProgress {
  readonly records: readonly ProbeRecord[]
}

/** What drills tell the world while they happen. */
export type DrillEvent =
  | { readonly is: 'drill-warning'; readonly message: string }
  | {
      /** The cluster is not whole; it is looked at again, for so many seconds at most. */
      readonly is: 'drill-waiting'
      readonly seconds: number
      readonly failing: readonly ProofResult[]
    }
  | {
      readonly is: 'drill-stage'
      readonly drill: DrillName
      readonly stage: DrillStage
      readonly probes: readonly DrillProgress[]
    }
  | { readonly is: 'drill-result'; readonly result: DrillResult }
