import { setTimeout } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'

/** Lets so many seconds pass. Throws INTERRUPTED. */
export async function waited(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
    throw new Failure('INTERRUPTED', 'interrupted')
  })
}
