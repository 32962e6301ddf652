import type { Reconnects } from '../model/change.ts'
import type { Emit } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { outcomeOf } from '../sensors/commands.ts'
import { askAlone } from './asking.ts'
import type { Connect } from './delegates.ts'
import type { HostRun } from './host.ts'
import { waited } from './time.ts'

/** What waiting for a machine needs beside it. */
interface Waiting {
  readonly connect: Connect
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** A machine that comes up refuses in many ways; another key is no sign of that. */
const patient: ReadonlySet<Failure['code']> = new Set([
  'UNREACHABLE',
  'AUTHENTICATION_FAILED',
  'BECOME_FAILED',
  'CONNECTION_LOST',
  'INSPECTION_FAILED',
  'STEP_FAILED',
  'INTERRUPTED',
])

/**
 * Waits until a machine can be connected to and its test succeeds there. A connection that is open is used as long as it
 * lives, unless the machine restarts. Returns the seconds that it took. Throws STEP_FAILED where the time is over, and what waiting does not help against.
 */
export async function comeBack(
  run: HostRun,
  back: Reconnects,
  { connect, emit, signal }: Waiting,
): Promise<number> {
  const { restarts, delay, after, sleep, timeout, attempt, test } = back
  const began = performance.now()
  const until = began + 1000 * timeout
  const pause = (time: number) => waited(time, signal)
  emit({ is: 'host-waiting', host: run.host.name, on: `the machine itself, for ${timeout} s at most` })
  if (restarts) await run.close()
  if (delay > 0) await pause(delay)
  for (let last: Failure | undefined; ; ) {
    try {
      const left = Math.max(1000, Math.ceil(until - performance.now()))
      const limit = AbortSignal.timeout(attempt ? Math.min(left, attempt * 1000) : left)
      const both = AbortSignal.any([signal, limit])
      if (!run.openSession) await run.open(connect, both)
      const { rc, stderr } = await askAlone(run.session, outcomeOf(test), both)
      if (rc === 0) break
      last = new Failure('STEP_FAILED', `its test failed with status ${rc}`, { output: stderr })
    } catch (error) {
      if (!(error instanceof Failure) || signal.aborted || !patient.has(error.code)) throw error
      last = error
    }
    await run.close()
    if (performance.now() >= until) throw gone(run, back, last)
    await pause(sleep)
  }
  if (after > 0) await pause(after)
  return Math.floor((performance.now() - began) / 1000)
}

function gone({ host }: HostRun, { timeout }: Reconnects, last: Failure | undefined): Failure {
  return new Failure('STEP_FAILED', `could not be worked on for ${timeout} s`, {
    where: { host: host.name },
    ...(last ? { cause: last, output: last.message } : {}),
    next: 'see on its console whether it starts, or give the task a longer timeout',
  })
}
