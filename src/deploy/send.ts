import { randomBytes } from 'node:crypto'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { buildProgram } from '../shell/program.ts'

/** What came of a script. */
export interface Sent {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** What is sent with a script, and how. */
export interface Sending {
  readonly title: string
  readonly signal: AbortSignal
  /** What it finds at `$us_up_archive`. */
  readonly archive?: Uint8Array
  /** Whoever has the machine's lock by now: it puts back what was done there. */
  readonly regardless?: boolean
}

/** Runs one script on a host as a program of one step, which may take its time. */
export async function send(session: Session, script: Script, sending: Sending): Promise<Sent> {
  const { title, signal, archive, regardless = false } = sending
  const uploads: Record<string, string> = archive ? { archive: await session.upload(archive, signal) } : {}
  const step = { script, title, environment: {}, uploads, ignoreErrors: false, takesLong: true }
  const program = buildProgram(randomBytes(12).toString('hex'), { asks: [], steps: [step], regardless })
  let sent: Sent | undefined
  for await (const frame of session.run(program, signal)) if (frame.is === 'step-finished') sent = frame
  if (sent) return sent
  throw new Failure('STEP_FAILED', `${title} did not end`)
}

/** The same where anything but success is a failure. Throws STEP_FAILED with what it printed. */
export async function sendOrFail(
  session: Session,
  host: string,
  script: Script,
  sending: Sending,
): Promise<string> {
  const { status, stdout, stderr } = await send(session, script, sending)
  if (status === 0) return stdout
  throw new Failure('STEP_FAILED', `${sending.title} failed with status ${status}`, {
    where: { host },
    output: (stderr || stdout).trim(),
  })
}
