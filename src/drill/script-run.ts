import { randomBytes } from 'node:crypto'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { buildProgram } from '../shell/program.ts'

/**
 * Runs one script on a host as a program of one step; `regardless` of who has the machine's lock by now where it puts back
 * what a drill did there. Throws STEP_FAILED with what it printed, and LOCKED.
 */
export async function carryOut(
  session: Session,
  script: Script,
  signal: AbortSignal,
  regardless = false,
): Promise<void> {
  const step = { script, title: 'a step of the drill', environment: {}, uploads: {}, ignoreErrors: false }
  const program = buildProgram(randomBytes(12).toString('hex'), { asks: [], steps: [step], regardless })
  for await (const frame of session.run(program, signal)) {
    if (frame.is !== 'step-finished' || frame.status === 0) continue
    throw new Failure('STEP_FAILED', `a step of the drill failed with status ${frame.status}`, {
      output: frame.stderr || frame.stdout,
      next: 'the host undoes the drill by itself within its time; see `systemctl list-timers "understudy-*"` there',
    })
  }
}
