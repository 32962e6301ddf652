import { randomBytes } from 'node:crypto'
import { Failure } from '../model/failure.ts'
import { buildProgram } from '../shell/program.ts'
import type { HostRun } from './host.ts'
import { limited } from './limit.ts'
import type { Recording } from './recording.ts'

/**
 * Tells machines at the end of a run what they do not know of it yet: that nothing of it is left to do, or, where something
 * is, how steps ended that were made elsewhere for them. Whoever cannot be reached goes on with what he knows.
 */
export async function closeRecords(
  runs: readonly HostRun[],
  recording: Recording,
  {
    isOver,
    forks,
    signal,
  }: { readonly isOver: boolean; readonly forks: number; readonly signal: AbortSignal },
): Promise<void> {
  const behind = runs.filter(({ record }) => (isOver ? record.isOpen : record.isBehind))
  await limited(forks, behind, async ({ record, openSession: session }) => {
    const opening = isOver ? undefined : record.opening()
    const parts = opening ? { recorded: opening } : { over: recording.run }
    // The keeper of the lock is spoken to once more anyway: that is no trip of its own.
    if (!session || (isOver && session.noteOver?.(recording.run))) return
    const program = buildProgram(randomBytes(12).toString('hex'), { asks: [], exclusive: true, ...parts })
    try {
      for await (const frame of session.run(program, signal)) if (frame.is === 'done') break
      if (opening) record.keep(opening)
    } catch (error) {
      // What became of the run is known all the same.
      if (!(error instanceof Failure)) throw error
    }
  })
}
