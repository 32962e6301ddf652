import type { Host } from './host.ts'
import type { Step } from './plan.ts'

/** A change of which somebody is asked whether it is to be made. */
export interface SteppedChange {
  readonly host: Host
  /** The machine on which it is made, where that is another one. */
  readonly on?: string | undefined
  readonly step: Step
}

/** What was said: make it; leave it out; make it and all others without asking; begin nothing more. */
export type StepChoice = 'make' | 'leave' | 'all' | 'end'

/** Asks of one change. Throws INTERRUPTED. */
export type AskStep = (change: SteppedChange, signal: AbortSignal) => Promise<StepChoice>
