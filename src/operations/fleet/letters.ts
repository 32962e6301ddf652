import type { Envelope } from '../../fleet/envelope.ts'
import type { Result } from '../../fleet/kept.ts'
import { placesOf, shapeVersion } from '../../fleet/names.ts'
import type { Outcome } from '../../fleet/outcome.ts'
import type { Delivered } from '../../nats/jobs.ts'
import type { Judged } from './judging.ts'
import type { Letter } from './outbox.ts'
import type { NamedJob, ReadJob, Work } from './work.ts'

/** How a job came about. */
interface Finished {
  readonly message: Delivered
  readonly attempt: number
  readonly fence: string
  /** Why it is given up, where it is. */
  readonly lasting: { readonly why: string; readonly attempts: number } | undefined
  readonly work: Work
}

/** What came of a job. */
export function finished(
  job: ReadJob,
  outcome: Outcome,
  { message, attempt, fence, lasting, work }: Finished,
): readonly Letter[] {
  const event = { ...ofJob(job, work), worker: work.worker, attempt, is: 'job-finished', outcome } as const
  const { at } = event
  return [
    { is: 'event', name: `${job.name} finished ${fence}`, event },
    { is: 'over', job: job.name, over: overOf(job, outcome, at, work) },
    ...(lasting
      ? dead(job, lasting, message, work, at)
      : [{ is: 'result' as const, result: resultOf(namedOf(job), outcome, at, work) }]),
  ]
}

/** What events of a job have in common. */
export function ofJob(job: ReadJob, work: Work, at = new Date().toISOString()) {
  const { name, run, operation, by, subject } = job
  const { cluster, site } = subject
  return {
    v: shapeVersion,
    at,
    fleet: work.fleet.fleet,
    run,
    operation,
    by,
    cluster,
    site,
    job: name,
  } as const
}

function overOf({ subject, operation, run, by }: ReadJob, outcome: Outcome, at: string, { worker }: Work) {
  const { cluster, site, labels } = subject
  const { report: _, ...short } = outcome
  return { cluster, site, labels, operation, run, by, worker, at, outcome: short }
}

function resultOf(
  { name, run, cluster, operation }: NamedJob,
  outcome: Pick<Outcome, 'seconds' | 'changes' | 'failures'> & { readonly status: Result['status'] },
  at: string,
  { worker }: Work,
): Result {
  const { failures, changes, status, seconds } = outcome
  const [first] = failures
  return {
    v: shapeVersion,
    job: name,
    run,
    cluster,
    operation,
    status,
    at,
    seconds,
    worker,
    changed: changes.filter((one) => one.outcome === 'changed').length,
    ...(first ? { why: first.message.slice(0, 2000) } : {}),
  }
}

function deadBy(why: string) {
  return { status: 'dead' as const, seconds: 0, changes: [], failures: [{ code: 'DEAD', message: why }] }
}

function namedOf({ name, run, operation, subject }: ReadJob): NamedJob {
  return { name, run, operation, cluster: subject.cluster }
}

/** That a job was not begun, and will not be. */
export function withdrawn(job: ReadJob, why: string, work: Work): readonly Letter[] {
  const event = { ...ofJob(job, work), is: 'job-withdrawn', why } as const
  const outcome = { ...deadBy(why), status: 'withdrawn' as const }
  return [
    { is: 'event', name: `${job.name} withdrawn`, event },
    {
      is: 'result',
      result: resultOf(namedOf(job), outcome, event.at, work),
    },
  ]
}

/** That a job is given up. */
export function dead(
  job: ReadJob,
  { why, attempts }: { readonly why: string; readonly attempts: number },
  message: Delivered,
  work: Work,
  at = new Date().toISOString(),
): readonly Letter[] {
  const event = { ...ofJob(job, work, at), is: 'job-dead', attempts, why: why.slice(0, 2000) } as const
  return [
    { is: 'event', name: `${job.name} dead`, event },
    {
      is: 'dead',
      name: `${job.name} dead`,
      dead: { ...asideOf(message, work, at), is: 'failed', why: event.why, attempts, job: job.name },
    },
    { is: 'result', result: resultOf(namedOf(job), deadBy(why), at, work) },
  ]
}

/** That a message is no job, or none that may be carried out; whoever waits for it is told. */
export function putAside(
  message: Delivered,
  judged: Extract<Judged, { is: 'aside' }>,
  work: Work,
): readonly Letter[] {
  const { how, named: job } = judged
  const why = judged.why.slice(0, 2000)
  const aside = asideOf(message, work)
  const name = `${message.subject} ${message.sent}`
  return [
    {
      is: 'dead',
      name,
      dead: { ...aside, is: how, why, attempts: message.attempt, ...(job ? { job: job.name } : {}) },
    },
    { is: 'event', name: `${name} aside`, event: setAsideEvent(aside, why, job?.run) },
    ...(job ? [{ is: 'result' as const, result: { ...resultOf(job, deadBy(why), aside.at, work) } }] : []),
  ]
}

/** That what a cluster is to be, and what is done to it by itself, was not signed by whom it has to be. */
export function standingAside(
  cluster: string,
  standing: Envelope,
  why: string,
  work: Work,
): readonly Letter[] {
  const subject = `$KV.${placesOf(work.fleet.fleet).buckets.clusters}.${cluster}`
  const aside = asideOf({ subject, text: JSON.stringify(standing) }, work)
  const name = `${cluster} ${standing.signature}`
  return [
    { is: 'dead', name, dead: { ...aside, is: 'refused', why, attempts: 1 } },
    { is: 'event', name: `${name} aside`, event: setAsideEvent(aside, why) },
  ]
}

function setAsideEvent({ at, fleet, site }: ReturnType<typeof asideOf>, why: string, run = 'none') {
  return { v: shapeVersion, at, fleet, run, is: 'message-set-aside', site, why } as const
}

function asideOf(
  { subject, text }: Pick<Delivered, 'subject' | 'text'>,
  { fleet, site }: Work,
  at = new Date().toISOString(),
) {
  // Enough to see what it was.
  const beginning = Buffer.from(text).subarray(0, 64 * 1024)
  return {
    v: shapeVersion,
    at,
    fleet: fleet.fleet,
    site,
    subject,
    message: beginning.toString('base64'),
  } as const
}
