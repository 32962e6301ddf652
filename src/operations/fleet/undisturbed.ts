import type { Outcome } from '../../fleet/outcome.ts'
import { Failure } from '../../model/failure.ts'
import { holderWords, lasting } from '../../model/holder.ts'
import type { AtWork } from '../at-work.ts'

/**
 * Looks at a cluster, and does not take for its state what a run from outside of the fleet is just doing there: what is amiss while one has
 * its machines is none of our business, and what is amiss without one is looked at once more, as a run may have ended in between. Throws
 * LOCKED, naming that run.
 */
export async function undisturbed(
  look: () => Promise<Outcome>,
  atWork: () => Promise<AtWork | undefined>,
): Promise<Outcome> {
  const first = await look()
  if (!isAmiss(first)) return first
  await refuseAtWork(atWork)
  const second = await look()
  if (isAmiss(second)) await refuseAtWork(atWork)
  return second
}

/** What somebody would be alerted of. */
function isAmiss({ status, picture }: Outcome): boolean {
  return (
    status === 'drifted' || status === 'not-proven' || status === 'unreachable' || picture?.well === false
  )
}

async function refuseAtWork(atWork: () => Promise<AtWork | undefined>): Promise<void> {
  const found = await atWork()
  if (!found) return
  const { host, holder } = found
  throw new Failure(
    'LOCKED',
    `in use for ${lasting(holder.seconds)} by another run: ${holderWords(holder)}; what is seen meanwhile says nothing`,
    { where: { host }, next: 'look again once it is over: understudy status shows it' },
  )
}
