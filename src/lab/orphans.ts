import { listLabs, tearDown } from './down.ts'
import type { LabListener } from './event.ts'
import { LabFailure } from './failure.ts'
import { imagesLock } from './images.ts'
import { tryLock } from './lock.ts'
import { lives } from './owner.ts'
import { cacheRoot, keyOf } from './paths.ts'
import { type LabRecord, readRecord } from './record.ts'
import { removeRemains } from './remains.ts'

/**
 * Takes down what programs left behind that were killed: labs whose start or end was interrupted, labs whose owner
 * lives no more, and images half built. Returns the names of those labs. A lab that somebody works with is left alone,
 * and so is one that is up and has no owner.
 */
export async function removeOrphans(onEvent: LabListener = () => {}): Promise<readonly string[]> {
  const removed: string[] = []
  for (const lab of await listLabs()) {
    await using lock = await tryLock(keyOf(lab))
    if (!lock || !(await isOrphan(await readRecord(lab)))) continue
    onEvent({ stage: 'down', detail: `lab ${lab} was left behind by a program that was interrupted` })
    try {
      await tearDown(lab, onEvent)
      removed.push(lab)
    } catch (error) {
      // One that cannot be removed is no reason to leave the others.
      if (!(error instanceof LabFailure)) throw error
      onEvent({ stage: 'warning', detail: `lab ${lab} cannot be taken down: ${error.message}` })
    }
  }
  await using lock = await tryLock(imagesLock())
  if (lock) await removeRemains(cacheRoot())
  return removed
}

/** Whether nobody will take a lab with this record down, and nobody is starting it; asked with its lock held. */
export async function isOrphan(record: LabRecord | undefined): Promise<boolean> {
  if (record?.phase !== 'up') return true
  return record.owner !== undefined && !(await lives(record.owner))
}
