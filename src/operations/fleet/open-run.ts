import type { Run } from '../../fleet/kept.ts'
import { Failure } from '../../model/failure.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'

/** A run that is not over. Throws INVALID_INPUT where there is none of that name, or it is. */
export async function openRun({ buckets }: FleetOnEngine, run: string): Promise<Run> {
  const found = (await buckets.runs.get(run))?.value
  if (found && found.is !== 'done' && found.is !== 'aborted') return found
  throw new Failure(
    'INVALID_INPUT',
    found ? `the run ${found.run} is ${found.is}` : `there is no run ${run}`,
    {
      next: 'understudy fleet history shows runs',
    },
  )
}
