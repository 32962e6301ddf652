import { createContext, Script } from 'node:vm'

/** Milliseconds in which what a user wrote must be computed; everything sensible takes a thousandth of it. */
const limit = 1000

const script = new Script('work()')
const box: { work: () => unknown } = { work: () => undefined }
const context = createContext(box)

/** Thrown where something takes longer than could be sensible. */
export class TooSlow extends Error {}

/**
 * Does some work in this thread, and ends it when it takes too long: a regular expression may need longer than the universe
 * exists. Throws TooSlow, and what the work throws.
 */
export function inTime<Result>(work: () => Result): Result {
  const before = box.work
  try {
    box.work = work
    return script.runInContext(context, { timeout: limit }) as Result
  } catch (error) {
    // It is an Error of the other context.
    if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TooSlow(`it takes longer than ${limit / 1000} s`)
    throw error
  } finally {
    box.work = before
  }
}
