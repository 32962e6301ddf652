import type { WorkerSeen } from '../../fleet/kept.ts'
import { Failure } from '../../model/failure.ts'
import type { Bucket, Kept } from '../../nats/bucket.ts'
import { clocksApart } from './judging.ts'

/**
 * Says that a worker is there, and holds its clock against that of the engine. Throws INVALID_INPUT where they are apart: orders would be
 * taken for old, and schedules would come at other times.
 */
export async function tellPresence(workers: Bucket<WorkerSeen>, seen: WorkerSeen): Promise<void> {
  const key = seen.worker
  const before = Date.now()
  await workers.put(key, seen)
  const after = Date.now()
  const kept = await workers.get(key)
  if (kept) refuseClockApart(kept, { before, after })
}

/**
 * Holds our clock against that of the engine by something that it was given between two moments of ours, milliseconds since the epoch.
 * Throws INVALID_INPUT where they are apart.
 */
export function refuseClockApart(
  { written }: Pick<Kept<unknown>, 'written'>,
  { before, after }: { readonly before: number; readonly after: number },
): void {
  const [early, late] = [before - 1000 * clocksApart, after + 1000 * clocksApart]
  if (written >= early && written <= late) return
  const seconds = Math.round((after - written) / 1000)
  throw new Failure(
    'INVALID_INPUT',
    `the clock of this computer is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of the engine`,
    { next: 'let both keep time by NTP (timedatectl set-ntp true), then do the same again' },
  )
}
