import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { timesBegun } from '../../fleet/lease.ts'
import { tellsHowItFares } from '../../fleet/names.ts'
import type { Outcome, OutcomeStatus } from '../../fleet/outcome.ts'
import { Failure } from '../../model/failure.ts'
import type { Delivered } from '../../nats/jobs.ts'
import { type HeldLease, takeLease } from '../../nats/leases.ts'
import { carryOut, drillsClosed, type Task } from './carry-out.ts'
import { judge } from './judging.ts'
import { openSealed } from './keys.ts'
import { dead, finished, putAside, withdrawn } from './letters.ts'
import { broughtUpToDate, isOutOfDate } from './standing.ts'
import { Telling } from './telling.ts'
import type { ReadJob, Work } from './work.ts'

/** What may be otherwise the next time. */
const worthTrying: readonly OutcomeStatus[] = ['failed', 'unreachable', 'in-use']

/**
 * What keeps a job from being begun: an order that nobody can carry out, a bundle of which the engine has only a part, and a disk that does
 * not take it.
 */
const unready = { INVALID_INPUT: 'invalid', CONNECTION_LOST: 'failed', STEP_FAILED: 'failed' } as const

/** Seconds before a job is tried again, by how often it failed. */
const patience = [5, 15, 60] as const

/** How often whoever began a job may die before it is given up: seldom is it the job that kills workers. */
const deathsFor = (tries: number) => 3 * tries

/**
 * Does what a message asks for, and takes it out of the queue once what came of it is on the disk. Whatever is wrong with it is told;
 * it is left to others where this worker ends, or loses the cluster. Throws where the engine is away.
 */
export async function doJob(delivered: Delivered, work: Work): Promise<void> {
  const beating = setInterval(() => delivered.working(), (1000 * work.times.lease) / 3)
  try {
    const message = await broughtUpToDate(delivered, work)
    if (!message) return await delivered.done()
    const judged = judge(message, work)
    if (judged.is === 'aside') {
      work.onEvent({ is: 'set-aside', why: judged.why })
      await work.outbox.keep(putAside(message, judged, work))
      await over(message, work)
    } else if (judged.is === 'expired') {
      await work.outbox.keep(withdrawn(judged.job, judged.why, work))
      await over(message, work)
    } else await doRead(judged.job, message, work)
  } finally {
    clearInterval(beating)
  }
}

async function doRead(job: ReadJob, message: Delivered, work: Work): Promise<void> {
  if (await isOver(job, work)) return message.done()
  const told = job.standing ? 'running' : await toldOfRun(job, work)
  if (told === 'paused') return message.later(5)
  if (told === 'aborted') {
    await work.outbox.keep(withdrawn(job, 'its run was aborted', work))
    return over(message, work)
  }
  const closed = job.standing && job.operation === 'drill' ? await closedNow(job, work) : undefined
  // Its window comes, and with it the same turn again.
  if (closed !== undefined) return message.done()
  let lease: HeldLease
  try {
    lease = await takeLease(work.fleet.buckets.locks, {
      ...work.times,
      cluster: job.subject.cluster,
      holder: {
        job: job.name,
        worker: work.worker,
        did: job.operation,
        by: job.by,
        since: new Date().toISOString(),
      },
      signal: work.stopping,
    })
  } catch (error) {
    if (work.stopping.aborted) return message.later(0)
    if (!(error instanceof Failure) || error.code !== 'LOCKED') throw error
    work.onEvent({ is: 'job-left', job: job.name, why: error.message })
    return message.later(5)
  }
  await using held = lease
  // Whoever had it until just now may have come to its end.
  if (await isOver(job, work)) return message.done()
  const deaths = held.begun.open - 1
  if (deaths >= deathsFor(work.tries)) {
    const why = `${deaths} times whoever had begun it did not come to an end: killed, or without power`
    await work.outbox.keep(dead(job, { why, attempts: timesBegun(held.begun) - 1 }, message, work))
    return over(message, work)
  }
  const { name, operation, subject } = job
  work.underWay.set(name, { job: name, cluster: subject.cluster, operation, since: new Date().toISOString() })
  try {
    await begin(job, message, held, work)
  } finally {
    work.underWay.delete(name)
  }
}

async function begin(job: ReadJob, message: Delivered, held: HeldLease, work: Work): Promise<void> {
  const { epoch, number } = held.fence
  const attempt = timesBegun(held.begun)
  work.onEvent({ is: 'job-begun', job: job.name, operation: job.operation, attempt })
  const telling = new Telling(job, attempt, work)
  telling.tell({ ...telling.whose, is: 'job-started', fence: `${epoch}.${number}` })
  const aborted = new AbortController()
  const ended = new AbortController()
  void watchRun(job, work, { aborted, until: ended.signal })
  const signal = AbortSignal.any([work.stopping, held.lost, aborted.signal])
  const outcome = await carryOutJob(job, work, {
    signal,
    fence: { name: `${work.fleet.fleet}.${job.subject.cluster}`, epoch, number },
    onProgress: telling.progress,
  })
  ended.abort()
  await telling.over
  if (held.lost.aborted) {
    // Whoever has the cluster now tells what comes of it.
    work.onEvent({ is: 'job-left', job: job.name, why: (held.lost.reason as Error).message })
    return
  }
  if (outcome.status === 'interrupted' && work.stopping.aborted) {
    held.ended('left')
    return message.later(0)
  }
  if (await isOutOfDate(job, outcome, work)) {
    work.onEvent({
      is: 'job-left',
      job: job.name,
      why: `${job.subject.cluster} is to be otherwise since then`,
    })
    held.ended('left')
    return message.later(1)
  }
  const again = worthTrying.includes(outcome.status)
  const failed = held.begun.failed + 1
  if (again && failed < work.tries && !aborted.signal.aborted) {
    const seconds = patience[Math.min(failed, patience.length) - 1] ?? 60
    telling.progress(
      `attempt ${failed} of ${work.tries} failed, the next one in ${seconds} s: ${firstWords(outcome)}`,
    )
    await telling.over
    work.onEvent({ is: 'job-left', job: job.name, why: firstWords(outcome) })
    held.ended('failed')
    return message.later(seconds)
  }
  // That somebody else was at it is no failure of a look, and the next turn of its schedule comes.
  const givenUp = again && !(outcome.status === 'in-use' && tellsHowItFares(job.operation))
  const lasting = givenUp ? { why: firstWords(outcome), attempts: failed } : undefined
  await work.outbox.keep(
    finished(job, outcome, { message, attempt, fence: `${epoch}.${number}`, lasting, work }),
  )
  const { status, seconds } = outcome
  work.onEvent({ is: 'job-over', job: job.name, operation: job.operation, status, seconds })
  await over(message, work)
}

/** What was kept is sent, if the engine is there; only then is the message taken away. */
async function over(message: Delivered, work: Work): Promise<void> {
  await work.outbox.flush()
  await message.done()
}

async function carryOutJob(
  { operation, asked, subject }: ReadJob,
  work: Work,
  around: Pick<Parameters<typeof carryOut>[1], 'signal' | 'fence' | 'onProgress'>,
): Promise<Outcome> {
  const { emptyOutcome } = await import('../../fleet/outcome.ts')
  let task: Task
  try {
    task = await taskOf({ operation, asked, subject }, work)
  } catch (error) {
    if (!(error instanceof Failure) || !(error.code in unready)) throw error
    const { code, message, next } = error
    return {
      ...emptyOutcome(unready[code as keyof typeof unready]),
      failures: [{ code, message, ...(next === undefined ? {} : { next }) }],
    }
  }
  return carryOut(task, { ...around, connection: work.connection, vaultPasswords: work.vaultPasswords })
}

async function taskOf(
  { operation, asked, subject }: Pick<ReadJob, 'operation' | 'asked' | 'subject'>,
  work: Work,
): Promise<Task> {
  const folder = await work.workplace.unpacked(subject.bundle)
  const secrets = Object.entries(subject.secrets ?? {}).map(([name, box]) => {
    if (work.key) return [name, openSealed(box, work.key, name)] as const
    throw new Failure(
      'INVALID_INPUT',
      `${subject.cluster} has sealed secrets, and this worker has no key to open them`,
      {
        next: 'start it with the key of its site: --key',
      },
    )
  })
  return {
    operation,
    asked,
    folder,
    inventory: subject.inventory.map((path) => join(folder, path)),
    playbook: subject.playbook === undefined ? undefined : join(folder, subject.playbook),
    limit: subject.limit,
    secrets: Object.fromEntries(secrets),
  }
}

async function closedNow(job: ReadJob, work: Work): Promise<string | undefined> {
  const nobody = new AbortController().signal
  try {
    const around = {
      connection: work.connection,
      vaultPasswords: work.vaultPasswords,
      signal: nobody,
      onProgress: () => {},
    }
    return await drillsClosed(await taskOf(job, work), around)
  } catch (error) {
    // What is wrong is told by the drill itself.
    if (error instanceof Failure && error.code === 'INVALID_INPUT') return undefined
    throw error
  }
}

/** Also where it was given up: whoever could not take it out of the queue then is given it again. */
async function isOver({ name }: ReadJob, { fleet }: Work): Promise<boolean> {
  return (await fleet.buckets.results.get(name)) !== undefined
}

async function toldOfRun({ run }: ReadJob, { fleet }: Work): Promise<'running' | 'paused' | 'aborted'> {
  const is = (await fleet.buckets.runs.get(run))?.value.is
  // One that stopped for too many failures goes on where somebody says so.
  if (is === 'paused' || is === 'stopped') return 'paused'
  return is === 'aborted' ? 'aborted' : 'running'
}

async function watchRun(
  job: ReadJob,
  work: Work,
  { aborted, until }: { readonly aborted: AbortController; readonly until: AbortSignal },
): Promise<void> {
  while (!job.standing && !until.aborted) {
    await pause(3000, undefined, { signal: until, ref: false }).catch(() => undefined)
    const told = until.aborted ? undefined : await toldOfRun(job, work).catch(() => undefined)
    if (told === 'aborted') return aborted.abort()
  }
}

function firstWords({ failures, status }: Outcome): string {
  const [first] = failures
  return first ? `${first.host === undefined ? '' : `${first.host}: `}${first.message}` : status
}
