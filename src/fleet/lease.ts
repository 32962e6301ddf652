import { z } from 'zod'
import { moment } from './order.ts'

/**
 * Who has a cluster for itself, in the bucket `locks` under the name of the cluster. It is written only over the revision that
 * was read: of two who want it one gets it.
 */
export const lease = z.strictObject({
  /** Counts who had it, and never goes back: hosts refuse whoever comes with a lower one than they have seen. */
  fence: z.int().min(1),
  /** Absent: nobody has it. */
  holder: z
    .strictObject({
      job: z.string().max(200),
      worker: z.string().max(300),
      did: z.string().max(300),
      by: z.string().max(300),
      since: moment,
    })
    .optional(),
  /** Goes up while its holder lives. */
  beat: z.int().min(0),
})

/** The same, typed. */
export type Lease = z.output<typeof lease>

/** Seconds between two signs of life, and after how many without any another one may take what was begun. */
export interface LeaseTimes {
  readonly beat: number
  readonly lease: number
}

/** What is usual. */
export const usualLease: LeaseTimes = { beat: 5, lease: 30 }
