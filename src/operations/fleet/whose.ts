import { jsonIn } from '../../fleet/envelope.ts'
import { jobIn, type Order, order, standingOrder } from '../../fleet/order.ts'

/** Who ordered a job, and what. */
export interface Orderer {
  readonly run: string
  readonly by: string
  readonly operation: string
  /** It changes nothing, and is soon over. */
  readonly isLook: boolean
}

/** Whose a job is that lies in a queue, without asking who signed it. */
export function whose(text: string): Orderer {
  const read = jobIn(text)
  if ('why' in read) return { run: '', by: 'somebody', operation: 'something unknown', isLook: false }
  if (read.job.is === 'scheduled') {
    const standing = standingOrder.safeParse(jsonIn(read.job.standing.body))
    const { operation, slot } = read.job
    const by = standing.success ? `the schedule of ${standing.data.by}` : 'a schedule'
    return { run: `every-${operation}-${slot}`, by, operation, isLook: operation !== 'drill' }
  }
  const body = order.safeParse(jsonIn(read.job.order.body))
  const { run, by, operation }: Pick<Order, 'run' | 'by' | 'operation'> = body.success
    ? body.data
    : { run: '', by: 'somebody', operation: 'plan' }
  return { run, by, operation, isLook: false }
}
