import { NotUndone } from '../drill/undone.ts'
import { Failure } from '../model/failure.ts'

/** A signal for whoever gave none: it never aborts. */
export const uninterrupted: AbortSignal = new AbortController().signal

/** What ended an operation, in its own words; once it was told to stop that is an interruption, whatever waited then. */
export function endedBy(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Failure || !signal.aborted) return error
  return new Failure('INTERRUPTED', 'interrupted', { cause: error })
}

/** The same for an operation that has a cluster for itself: once it was robbed, that is what ended it. */
export function stoppedBy(error: unknown, signal: AbortSignal, taken: AbortSignal): unknown {
  if (error instanceof NotUndone) return error
  return taken.aborted ? taken.reason : endedBy(error, signal)
}
