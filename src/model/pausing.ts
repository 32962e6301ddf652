/** Time that passes on this computer: so many seconds, or until somebody at its terminal goes on. */
export interface Pausing {
  /** What is told, or asked. */
  readonly prompt?: string
  /** The answer is not to be seen while it is typed, nor in anything that is told later. */
  readonly isSecret: boolean
  readonly seconds?: number
  /** The unit in which its result tells how long it was. */
  readonly unit: 'seconds' | 'minutes'
}

/** A pause as somebody at a terminal is told of it. */
export interface Pause extends Omit<Pausing, 'unit'> {
  /** The name of its task. */
  readonly title: string
}

/** What somebody at a terminal said to a pause: an answer, empty where it was nothing but over, or that the run is to end. */
export type Answer = { readonly is: 'text'; readonly text: string } | { readonly is: 'abort' }

/** Waits until somebody at a terminal goes on, or until the time is over. Throws INTERRUPTED. */
export type AtTerminal = (pause: Pause, signal: AbortSignal) => Promise<Answer>
