import type { Session } from '../model/session.ts'
import { type HistoryReading, lastDeeds } from '../sensors/history.ts'
import { observe } from './observe.ts'

/** What a machine remembers of what was done to it. Throws the failures of the session. */
export async function rememberedBy(
  session: Session,
  most: number,
  signal: AbortSignal,
): Promise<HistoryReading> {
  const question = lastDeeds(most)
  return (await observe(session, [question], signal)).read(question)
}
