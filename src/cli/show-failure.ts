import { explain, Failure } from '../model/failure.ts'
import { exitStatus, statusOf } from './exit.ts'

/** Tells the user of a failure that ended a whole command, and returns the exit status it stands for. */
export function showFailure(error: unknown): number {
  if (error instanceof Failure) {
    process.stderr.write(`${explain(error)}\n`)
    return statusOf(error.code)
  }
  if (error instanceof RangeError) {
    process.stderr.write(`${error.message}\n`)
    return exitStatus.invalidInput
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  process.stderr.write(
    `understudy has a defect: ${message}\n  → please report it with the lines below\n${stack ?? ''}\n`,
  )
  return exitStatus.stepFailed
}
