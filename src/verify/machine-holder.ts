import type { Holder } from '../model/holder.ts'
import type { Session } from '../model/session.ts'
import { holderOfMachine } from '../sensors/holder.ts'
import { observe } from './observe.ts'

/** The run that has a machine for itself, and lives; absent where none does. Throws what `observe` throws. */
export async function livingHolder(session: Session, signal: AbortSignal): Promise<Holder | undefined> {
  const holder = (await observe(session, [holderOfMachine], signal)).read(holderOfMachine)
  return holder?.ended === undefined ? holder : undefined
}
