import type { Pausing } from './pausing.ts'
import type { Script } from './script.ts'
import type { Query } from './sensor.ts'
import type { Upload } from './upload.ts'

export type { Fetched, Upload } from './upload.ts'

/** One thing a change alters, for people: never used to decide anything. */
export type Difference =
  | {
      readonly is: 'text'
      readonly path: string
      /** `undefined`: the file is not there. */
      readonly before?: string | undefined
      readonly after?: string | undefined
    }
  | {
      readonly is: 'attribute'
      readonly name: string
      readonly before?: string | undefined
      readonly after?: string | undefined
    }

/** What a change does to the service a client sees, from nothing to a move of the VIP. */
export type Impact = 'none' | 'reload' | 'restart' | 'failover'

/** The machine is connected to anew, or waited for. */
export interface Reconnects {
  /** It restarts: by what is usual, or by a command of the user's. */
  readonly restarts?: 'machine' | 'by its own command'
  /** Seconds before it is tried first, and before anything is done once it is there. */
  readonly delay: number
  readonly after: number
  /** Seconds between two attempts, for each of them, and for all. */
  readonly sleep: number
  readonly attempt?: number
  readonly timeout: number
  /** What succeeds there once it can be worked on. */
  readonly test: Script
}

/** What came of a change as it says itself. */
export interface SelfTold {
  readonly changed: boolean
  readonly failed: boolean
  readonly skipped: boolean
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
  readonly msg?: string
  /** What it tells beside, by name. */
  readonly found: Readonly<Record<string, unknown>>
  /** What people are shown of it. */
  readonly shown: string
}

/** Diff and script in one value, so that what is shown and what is run cannot disagree. */
export interface Change {
  /** A few words in the imperative: `create, 0644 root:root`, `install`, `reload`. */
  readonly summary: string
  readonly differences: readonly Difference[]
  /** Runs in a subshell under `set -eu` with no standard input; `$us_tmp` is a private directory. */
  readonly script: Script
  readonly impact: Impact
  /** What this change may falsify, in the words of `Query.about`; decides which later steps are provisional. */
  readonly disturbs: readonly string[] | 'everything'
  /**
   * What of the host must be kept to be able to take this change back, in the same words: `keptBefore`. Absent: what it disturbs;
   * `nothing`: nobody can take it back, as it works within directories, or on what has no state to be kept.
   */
  readonly keeps?: readonly string[] | 'nothing'
  /**
   * What the host will answer once it is made to questions that it disturbs, by their keys (`queryKey`): what rests on them
   * need not wait for it. Whoever foretells wrongly is asked again, and made again.
   */
  readonly leaves?: ReadonlyMap<string, unknown>
  /** Questions whose answers stay what they are though it disturbs what they ask about. */
  readonly spares?: readonly Query<unknown>[]
  /**
   * Asked right before it, where what it was decided on may have changed since: with status 0 it is needed no more, and what
   * is printed says why. So it can be sent together with what may change that.
   */
  readonly unneeded?: Script
  readonly uploads?: readonly Upload[]
  /** It downloads, compiles or runs what the user wrote, and may take an hour. */
  readonly takesLong?: true
  /** What its result tells beside what it printed, under the names that Ansible gives to it. */
  tells?(stdout: string): Readonly<Record<string, unknown>>
  /** What came of it, where that is what it printed: its status alone does not tell. */
  reads?(printed: { readonly rc: number; readonly stdout: string; readonly stderr: string }): SelfTold
  /** Wherever it may have failed its status says so, too: what is sent behind it is not begun then. */
  readonly stopsByStatus?: boolean
  /** What would come of it, as it said when it was asked. */
  readonly foretold?: SelfTold
  /** As far as is known it changes nothing: plans tell of it, and have nothing to do. */
  readonly onlyTold?: true
  /** Did it change something, by what it printed? Absent: whenever it succeeded. */
  didChange?(stdout: string): boolean
  /** After it, or before where it changes nothing, the machine is waited for. */
  readonly reconnects?: Reconnects
  /** It is no work on a host: nothing is sent, and its script does nothing. */
  readonly pauses?: Pausing
  /**
   * Whether it is needed could not be found out: it tells why and can only fail. Where something that is done before may let it
   * be found out, nothing is said of it until then.
   */
  readonly untold?: true
  /** It only waits or looks: what comes of it is no change. */
  readonly changesNothing?: true
}
