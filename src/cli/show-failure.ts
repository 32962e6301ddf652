import { explain, Failure } from '../model/failure.ts'
import { redactor, visible } from '../report/redaction.ts'
import { exitStatus, statusOf } from './exit.ts'
import { namingSources } from './naming-sources.ts'
import { partGone } from './parts.ts'

/**
 * Tells the user of a failure that ended a whole command, and returns the exit status it stands for. What programs and
 * hosts printed may be part of it: neither secrets nor control characters get through.
 */
export function showFailure(error: unknown, secrets: ReadonlySet<string> = new Set()): number {
  if (error instanceof Failure) {
    process.stderr.write(`${visible(redactor(secrets)(explain(error)))}\n`)
    return statusOf(error.code)
  }
  if (error instanceof RangeError) {
    process.stderr.write(`${error.message}\n`)
    return exitStatus.invalidInput
  }
  if (error instanceof Error && error.name === partGone) {
    process.stderr.write(
      `understudy was replaced or removed while it ran: ${error.message}\n  → run it again; plan shows what is left to do\n`,
    )
    return exitStatus.stepFailed
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  process.stderr.write(
    `understudy has a defect: ${message}\n  → please report it with the lines below\n${namingSources(stack ?? '')}\n`,
  )
  return exitStatus.stepFailed
}
