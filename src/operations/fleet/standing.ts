import { opened } from '../../fleet/envelope.ts'
import { jobIn, type StandingOrder, standingOrder } from '../../fleet/order.ts'
import type { Outcome } from '../../fleet/outcome.ts'
import { Failure } from '../../model/failure.ts'
import { isGone } from '../../nats/failures.ts'
import type { Delivered } from '../../nats/jobs.ts'
import type { ReadJob, Work } from './work.ts'

type Known = Pick<Work, 'fleet' | 'site' | 'trusted'>

/**
 * The job of a schedule with what is known of its cluster now: what it had waited for may have been somebody who made the cluster otherwise,
 * and who looked by what was said before would alert of it. Nothing where no schedule here asks for it any more.
 */
export async function broughtUpToDate(message: Delivered, work: Known): Promise<Delivered | undefined> {
  const read = jobIn(message.text)
  if ('why' in read || read.job.is !== 'scheduled') return message
  const { job } = read
  const [cluster = ''] = message.subject.split('.').slice(-1)
  const kept = await keptOf(cluster, work)
  if (!kept || kept.value.body === job.standing.body) return message
  const { subject, schedules } = kept.standing
  if (subject.site !== work.site || !schedules.some(({ operation }) => operation === job.operation))
    return undefined
  const text = JSON.stringify({ ...job, standing: kept.value })
  return { ...message, text, sent: Math.max(message.sent, kept.written) }
}

/** Whether what a look found amiss is so by what was said of the cluster before, and something else is said now. */
export async function isOutOfDate(job: ReadJob, { status }: Outcome, work: Known): Promise<boolean> {
  if (!job.standing || (status !== 'drifted' && status !== 'not-proven')) return false
  const kept = await keptOf(job.subject.cluster, work).catch((error: unknown) => {
    // What was seen is kept until the engine is there again.
    if (!isGone(error)) throw error
  })
  return kept !== undefined && kept.value.body !== job.standing.body
}

/** What lies on the engine of a cluster, if it is in order: whoever reads it for a job says what is wrong with it. */
async function keptOf(cluster: string, { fleet, trusted }: Known) {
  try {
    const kept = await fleet.buckets.clusters.get(cluster)
    if (!kept) return undefined
    const standing: StandingOrder = opened(kept.value, standingOrder, trusted)
    return { ...kept, standing }
  } catch (error) {
    if (error instanceof Failure && error.code === 'INVALID_INPUT') return undefined
    throw error
  }
}
