import { type Deed, deedIn } from './deed.ts'
import { Failure } from './failure.ts'
import type { Program } from './script.ts'

/** Why nobody is behind a lock any more: the machine was booted since, its keeper there has ended, or it hears nothing. */
export type HolderEnd = 'rebooted' | 'gone' | 'silent'

/** The run that has a machine for itself, as the machine's lock tells. */
export interface Holder extends Deed {
  /** Address from which the machine sees it come; absent where it comes from the machine itself. */
  readonly from?: string
  /** For how long it has the lock, by the machine's own clock since boot. */
  readonly seconds: number
  /** Absent while the holder lives. */
  readonly ended?: HolderEnd
}

/** What came of asking a machine for its lock. */
export type HoldOutcome =
  /** Ours now; `before` had it, and either had ended or was robbed. */
  { readonly is: 'held'; readonly before?: Holder } | { readonly is: 'busy'; readonly holder: Holder }

/**
 * A number that goes up each time somebody else may have a cluster, as whoever gives leave to have it counts. A machine
 * remembers the highest that it has seen: whoever comes with a lower one has lost that leave without having learnt of it.
 */
export interface Fence {
  /** What is counted: letters, digits, "-" and ".". */
  readonly name: string
  /** When it was begun to count, in seconds since the epoch: whoever begins anew comes after all that was counted before. */
  readonly epoch: number
  readonly number: number
}

/** What a run asks for. */
export interface HoldRequest {
  readonly deed: Deed
  /** Take it also from a run that lives. */
  readonly steal: boolean
  /** Without one the machine looks at none, as for whoever comes by himself. */
  readonly fence?: Fence | undefined
  /** Asked on the same way as soon as the lock is ours; whoever then runs this program gets what was answered. */
  readonly ahead?: Program
  /** Is told once another run has taken it from us; of whom where that is known. */
  readonly onTaken: (by: Holder | undefined) => void
}

/** A machine's word about a lock: `lives 12 192.0.2.7 {"run":…}`; `undefined` where it is none. */
export function readHolder(text: string): Holder | undefined {
  const [, state = '', seconds = '', from = '', written = ''] =
    /^(lives|rebooted|gone|silent) (\d+) (\S+) (\{.*\})$/s.exec(text) ?? []
  const deed = deedIn(written)
  if (!deed) return undefined
  return {
    ...deed,
    ...(from === '-' ? {} : { from }),
    seconds: Number(seconds),
    ...(state === 'lives' ? {} : { ended: state as HolderEnd }),
  }
}

/** Who it is and what it does, in words: `drill cable-pulled by ann@desk from 192.0.2.7 (run 1a2b3c4d)`. */
export function holderWords({ did, by, from, run }: Holder): string {
  return `${did} by ${by}${from === undefined ? '' : ` from ${from}`} (run ${run})`
}

/** What a run is told whose lock of a machine another one has taken. */
export function takenBy(holder: Holder | undefined, host?: string): Failure {
  const who = holder ? holderWords(holder) : 'another run'
  return new Failure('LOCKED', `${who} has taken the lock of this machine from this run`, {
    ...(host === undefined ? {} : { where: { host } }),
    next: 'nothing more was changed there; understudy status shows whether it still goes on: run again after it',
  })
}

/** Why nobody is behind a lock, as the end of a sentence. */
export const endWords: Readonly<Record<HolderEnd, string>> = {
  rebooted: 'the machine was booted since',
  gone: 'its connection has ended',
  silent: 'nothing was heard of it for more than a minute',
}

/** How long something has lasted, as people say it. */
export function lasting(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
