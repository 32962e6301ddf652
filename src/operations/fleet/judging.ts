import { knowsVersion } from '../../fleet/bundle.ts'
import { jsonIn, opened } from '../../fleet/envelope.ts'
import { jobSubject } from '../../fleet/names.ts'
import { jobIn, jobName, order, scheduledRun, standingOrder } from '../../fleet/order.ts'
import { explain, Failure } from '../../model/failure.ts'
import type { Delivered } from '../../nats/jobs.ts'
import type { NamedJob, ReadJob, Work } from './work.ts'

/** What a message turned out to be. */
export type Judged =
  | { readonly is: 'job'; readonly job: ReadJob }
  /** It waited too long. */
  | { readonly is: 'expired'; readonly job: ReadJob; readonly why: string }
  /** `named`: whom it says that it is for, which nobody vouches for. */
  | {
      readonly is: 'aside'
      readonly how: 'poisoned' | 'refused'
      readonly why: string
      readonly named?: NamedJob
    }

/** Seconds by which clocks may be apart: of who orders, of workers, and of the engine. */
export const clocksApart = 60

/** Bytes of a message beyond which it is no job. */
const longest = 600_000

/** Whether a message is a job for this worker, signed by whom it trusts, of a version that it knows, and not too old. */
export function judge(
  message: Delivered,
  work: Pick<Work, 'fleet' | 'site' | 'version' | 'trusted'>,
): Judged {
  if (message.bytes > longest)
    return {
      is: 'aside',
      how: 'poisoned',
      why: `it has ${message.bytes} bytes, and a job has ${longest} at most`,
    }
  const read = jobIn(message.text)
  if ('why' in read) return { is: 'aside', how: 'poisoned', why: read.why }
  try {
    const job = signedJob(read.job, work)
    refuseElsewhere(job, message, work)
    if (!knowsVersion(work.version, job.subject.bundle.version))
      throw new Failure(
        'INVALID_INPUT',
        `its bundle was made by understudy ${job.subject.bundle.version}, and this worker is ${work.version}`,
        {
          next: 'let all be of one series, and workers no older than who orders: bring these up to date first',
        },
      )
    const late = 'expires' in job && job.expires < message.sent
    const { expires: _, issued, ...rest } = job
    if (issued > message.sent + 1000 * clocksApart)
      throw new Failure(
        'INVALID_INPUT',
        `the clocks of ${job.by} and of the engine are apart by ${Math.round((issued - message.sent) / 1000)} s`,
        { next: 'let both keep time by NTP' },
      )
    if (late || job.expires < Date.now())
      return { is: 'expired', job: rest, why: 'it waited longer than it may' }
    return { is: 'job', job: rest }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const named = nameIn(message.text)
    return { is: 'aside', how: 'refused', why: explain(error), ...(named ? { named } : {}) }
  }
}

type Signed = ReadJob & { readonly issued: number; readonly expires: number }
type Read = Extract<ReturnType<typeof jobIn>, { job: unknown }>['job']

function signedJob(read: Read, { fleet, trusted }: Pick<Work, 'fleet' | 'trusted'>): Signed {
  if (read.is === 'ordered') {
    const one = opened(read.order, order, trusted)
    refuseFleet(one.fleet, fleet.fleet)
    return {
      name: jobName(one.run, one.subject.cluster),
      run: one.run,
      operation: one.operation,
      asked: one.asked,
      by: one.by,
      subject: one.subject,
      issued: Date.parse(one.issued),
      expires: Date.parse(one.expires),
    }
  }
  const one = opened(read.standing, standingOrder, trusted)
  refuseFleet(one.fleet, fleet.fleet)
  const schedule = one.schedules.find(({ operation }) => operation === read.operation)
  if (!schedule)
    throw new Failure('INVALID_INPUT', `no schedule of ${one.subject.cluster} says ${read.operation}`, {
      next: 'find out who can write to the stream of jobs of this fleet',
    })
  const run = scheduledRun(read.operation, read.slot)
  return {
    name: jobName(run, one.subject.cluster),
    run,
    operation: read.operation,
    asked: schedule.asked ?? {},
    by: `schedule of ${one.by}`,
    subject: one.subject,
    standing: read.standing,
    issued: Date.parse(one.issued),
    expires: Number.POSITIVE_INFINITY,
  }
}

function refuseFleet(theirs: string, ours: string): void {
  if (theirs !== ours)
    throw new Failure('INVALID_INPUT', `it was signed for the fleet ${theirs}, and this is ${ours}`, {
      next: 'find out who can write to the stream of jobs of this fleet',
    })
}

function refuseElsewhere(
  { subject }: ReadJob,
  message: Delivered,
  { fleet, site }: Pick<Work, 'fleet' | 'site'>,
): void {
  if (subject.site === site && message.subject === jobSubject(fleet.fleet, site, subject.cluster)) return
  throw new Failure(
    'INVALID_INPUT',
    `it was signed for ${subject.cluster} at ${subject.site}, and came as ${message.subject}`,
    { next: 'find out who can write to the stream of jobs of this fleet' },
  )
}

/** The name of a job that is refused, so that who waits for it is told; nobody vouches for it. */
function nameIn(text: string): NamedJob | undefined {
  const read = jobIn(text)
  if ('why' in read || read.job.is !== 'ordered') return undefined
  const body = order.safeParse(jsonIn(read.job.order.body))
  if (!body.success) return undefined
  const { run, operation, subject } = body.data
  return { name: jobName(run, subject.cluster), run, operation, cluster: subject.cluster }
}
