import type { Session } from '../model/session.ts'
import { type ChangedReading, changeOfThing } from '../sensors/changed-by.ts'
import { observe } from './observe.ts'

/** Who changed a file or a unit of a machine last, as far as it knows: `file PATH`, `unit NAME`. Throws the failures of the session. */
export async function changedLast(
  session: Session,
  thing: string,
  signal: AbortSignal,
): Promise<ChangedReading> {
  const question = changeOfThing(thing)
  return (await observe(session, [question], signal)).read(question)
}
