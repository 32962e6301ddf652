import { Failure } from '../model/failure.ts'
import type { Play } from '../model/task.ts'
import type { HostRun } from './host.ts'

/** Why nothing more is to be done on any host, after what failed on these of a wave. */
export function endsAll(wave: readonly HostRun[], play: Play): Failure | undefined {
  const { mayFail, anyErrorsFatal = false } = play
  const failed = wave.filter((run) => run.failure)
  const isFatal = failed.some(({ fatal }) => fatal ?? anyErrorsFatal)
  if (isFatal) return tooManyFailed(play, 'none may')
  if (mayFail === undefined || !isTooMuch(wave, play)) return undefined
  return tooManyFailed(play, mayFail === 0 ? 'none may' : `${mayFail} % may`)
}

/** Did more of these hosts fail than the play allows? */
export function isTooMuch(runs: readonly HostRun[], { mayFail = 0 }: Play): boolean {
  const failed = runs.filter((run) => run.failure).length
  return failed > 0 && (failed * 100) / runs.length > mayFail
}

/** Said of hosts of a wave that does not begin. */
export function waveStopped(run: HostRun, play: string): Failure {
  return new Failure('STEP_FAILED', `left alone: the wave before it in play "${play}" failed`, {
    where: { host: run.host.name },
    next: 'mend the host that failed and run again; this one still works as before',
  })
}

function tooManyFailed({ name }: Play, allowed: string): Failure {
  return new Failure('STEP_FAILED', `left alone: others failed in play "${name}", where ${allowed}`, {
    next: 'mend the hosts that failed and run again',
  })
}
