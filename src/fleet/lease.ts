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
  /**
   * The job that was begun last: how often it failed and is to be tried again, and how often whoever began it never said how it ended. He
   * who dies of it does not count that himself: it is counted when it is begun.
   */
  begun: z.strictObject({ job: z.string().max(200), failed: z.int().min(0), open: z.int().min(0) }),
})

/** The same, typed. */
export type Lease = z.output<typeof lease>

/** Who has a lease. */
export type LeaseHolder = NonNullable<Lease['holder']>

/** Seconds between two signs of life, and after how many without any another one may take what was begun. */
export interface LeaseTimes {
  readonly beat: number
  readonly lease: number
}

/** What is usual. */
export const usualLease: LeaseTimes = { beat: 5, lease: 30 }

/** The lease of whoever comes after this one. */
export function takenBy(holder: LeaseHolder, before: Lease | undefined): Lease {
  const { job } = holder
  const { failed, open } = before?.begun.job === job ? before.begun : { failed: 0, open: 0 }
  return { fence: (before?.fence ?? 0) + 1, holder, beat: 0, begun: { job, failed, open: open + 1 } }
}

/** A sign of life. */
export function renewed(one: Lease): Lease {
  return { ...one, beat: one.beat + 1 }
}

/** How whoever has a cluster says that the job ended which he began there: it failed, or he leaves it as it is to somebody else. */
export type Ending = 'failed' | 'left'

/** The same, of which it is known how the job ended that was begun last. */
export function endedSo(one: Lease, how: Ending): Lease {
  const { job, failed, open } = one.begun
  return { ...one, begun: { job, failed: failed + (how === 'failed' ? 1 : 0), open: Math.max(0, open - 1) } }
}

/** How often a job was begun. */
export function timesBegun({ failed, open }: Lease['begun']): number {
  return failed + open
}

/** Nobody's: its number stays, so that the next is higher. */
export function givenBack({ fence, beat, begun }: Lease): Lease {
  return { fence, beat, begun }
}

/** Whether somebody else has it. A worker that is started anew under its name takes up what it had. */
export function isHeldByOther({ holder }: Lease, worker: string): boolean {
  return holder !== undefined && holder.worker !== worker
}
