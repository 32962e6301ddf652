import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkerSeen } from '../../fleet/kept.ts'
import { type LeaseTimes, usualLease } from '../../fleet/lease.ts'
import { metricsText } from '../../fleet/metrics.ts'
import { fleetName, shapeVersion } from '../../fleet/names.ts'
import { Failure } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import { suggestion } from '../../model/suggest.ts'
import { connectEngine, type EngineOptions } from '../../nats/engine.ts'
import { isGone } from '../../nats/failures.ts'
import { type FleetOnEngine, openFleet } from '../../nats/fleet.ts'
import { type Delivered, SiteQueue } from '../../nats/jobs.ts'
import { uninterrupted } from '../interruption.ts'
import { ourVersion } from '../keeping.ts'
import type { ConnectionOptions, InventoryOptions } from '../options.ts'
import { ForgottenJobs } from './forgotten-jobs.ts'
import { doJob } from './job-run.ts'
import { readKey, trustedKeys } from './keys.ts'
import { Meter } from './metering.ts'
import { Outbox } from './outbox.ts'
import { tellPresence } from './presence.ts'
import { Schedules } from './schedules.ts'
import { usualJobs, type Work, type WorkerEvent } from './work.ts'
import { Workplace } from './workplace.ts'

/** What a worker is, and how it reaches its machines. */
export interface WorkerOptions {
  readonly engine: Omit<EngineOptions, 'name'>
  readonly fleet: string
  readonly site: string
  /** Its name, among all workers; by the computer where it is not said. */
  readonly name?: string | undefined
  /** Public keys whose orders are carried out, or files with them. */
  readonly trust: readonly string[]
  /** The file with the seed of the site's key, for secrets that were sealed. */
  readonly key?: string | undefined
  /** A directory of its own. */
  readonly state: string
  /** Clusters worked on at the same time; 4 where it is not said. */
  readonly jobs?: number
  /** How often a job may fail before it is dead; 3 where it is not said. Workers may die of it three times as often. */
  readonly tries?: number
  readonly times?: LeaseTimes
  readonly connection?: ConnectionOptions
  readonly vaultPasswords?: InventoryOptions['vaultPasswords']
  /** Answers whoever asks for metrics, until disposed of. */
  readonly tellMetrics?: (read: () => Promise<string>) => Promise<AsyncDisposable>
  readonly signal?: AbortSignal
  readonly onEvent?: (event: WorkerEvent) => void
}

/** Milliseconds between two looks at schedules, between two words that it is there, and between two looks for forgotten jobs. */
const ticks = { schedules: 10_000, presence: 10_000, forgotten: 10_000 } as const

/**
 * Carries out what is ordered for a site, and what its schedules say, until the signal. An engine that goes away is waited for. Throws
 * INVALID_INPUT where the fleet knows no such site, keys cannot be read, or clocks are apart, and what connecting throws.
 */
export async function worker(options: WorkerOptions): Promise<void> {
  const { site, signal: stopping = uninterrupted, onEvent = () => {}, jobs: atOnce = usualJobs } = options
  const { name, trusted, key } = readyWorker(options)
  await using engine = await connectEngine({ ...options.engine, name: `understudy worker ${name}` })
  const fleet = await openFleet(engine, options.fleet)
  await refuseUnknownSite(fleet, site)
  const state = join(options.state, name)
  const meter = new Meter()
  const work: Work = {
    engine,
    fleet,
    outbox: new Outbox(join(state, 'outbox'), engine, fleet),
    workplace: new Workplace(join(state, 'bundles'), fleet.bundles),
    worker: name,
    site,
    version: ourVersion(),
    trusted,
    key,
    connection: options.connection ?? {},
    vaultPasswords: options.vaultPasswords,
    times: options.times ?? usualLease,
    tries: options.tries ?? 3,
    underWay: new Map(),
    stopping,
    onEvent: (event) => {
      meter.heard(event)
      onEvent(event)
    },
  }
  await work.outbox.prepare()
  await work.workplace.tidy()
  const started = new Date().toISOString()
  const underWay = new Set<Promise<void>>()
  const seen = (): WorkerSeen => ({
    v: shapeVersion,
    worker: name,
    site,
    version: work.version,
    started,
    ...(key ? { key: key.getPublicKey() } : {}),
    jobs: [...work.underWay.values()],
  })
  const queue = new SiteQueue(engine, { fleet: options.fleet, site, lease: work.times.lease })
  await using _ = await options.tellMetrics?.(async () =>
    metricsText(await meter.read(work, queue, atOnce), Date.now()),
  )
  await tellPresence(fleet.buckets.workers, seen())
  onEvent({ is: 'worker-ready', worker: name, site, engine: engine.address })
  const schedules = new Schedules(work)
  const ended = new AbortController()
  const keeping = keepTicking(work, {
    schedules,
    queue,
    seen,
    hasRoom: () => underWay.size < atOnce,
    until: AbortSignal.any([stopping, ended.signal]),
  })
  try {
    await takeJobs(queue, work, { atOnce, underWay })
  } finally {
    ended.abort()
    await Promise.allSettled([keeping, ...underWay])
    if (engine.reachable()) await fleet.buckets.workers.remove(name).catch(() => undefined)
  }
}

async function takeJobs(
  queue: SiteQueue,
  work: Work,
  { atOnce, underWay }: { readonly atOnce: number; readonly underWay: Set<Promise<void>> },
): Promise<void> {
  const { stopping, onEvent } = work
  let lost: string | undefined
  while (!stopping.aborted) {
    try {
      if (underWay.size >= atOnce) {
        await Promise.race([...underWay, pause(1000)])
        continue
      }
      await work.outbox.flush()
      const message = await nextJob(queue, work)
      if (lost !== undefined) onEvent({ is: 'engine-back' })
      lost = undefined
      if (!message) continue
      const [cluster = ''] = message.subject.split('.').slice(-1)
      const doing: Promise<void> = doJob(message, work)
        .catch((error: unknown) => {
          if (!isGone(error) && !(error instanceof Failure) && !isShortage(error)) throw error
          onEvent({ is: 'warning', message: `${cluster}: ${(error as Error).message}` })
        })
        .finally(() => underWay.delete(doing))
      underWay.add(doing)
    } catch (error) {
      if (!isGone(error)) throw error
      const why = toldOf(error)
      if (why !== lost) onEvent({ is: 'engine-lost', why })
      lost = why
      await pause(1000, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
}

/**
 * Whether the computer has too little of something right now: the job is another's, or ours again in a while. A file of ours that is gone is
 * none of that: whoever starts us anew has the new ones.
 */
function isShortage(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE'].includes(code)
}

function toldOf(error: unknown): string {
  const { message, next } = error as Failure
  return next === undefined ? message : `${message}: ${next}`
}

async function nextJob(queue: SiteQueue, { stopping, onEvent }: Work): Promise<Delivered | undefined> {
  const message = await queue.next(2)
  if (message && !message.isOurs) {
    // Whoever takes it away takes it from the site whose it is.
    await queue.renew()
    onEvent({
      is: 'warning',
      message: `the engine gave out ${message.subject}, which is of another site: the queue of this site is made anew`,
    })
    return undefined
  }
  if (!message || !stopping.aborted) return message
  message.later(0)
  return undefined
}

async function keepTicking(
  work: Work,
  {
    schedules,
    queue,
    seen,
    hasRoom,
    until,
  }: {
    readonly schedules: Schedules
    readonly queue: SiteQueue
    readonly seen: () => WorkerSeen
    readonly hasRoom: () => boolean
    readonly until: AbortSignal
  },
): Promise<void> {
  const every = async (milliseconds: number, tick: () => Promise<void>) => {
    while (!until.aborted) {
      try {
        if (work.engine.reachable()) await tick()
      } catch (error) {
        if (!isGone(error)) work.onEvent({ is: 'warning', message: (error as Error).message })
      }
      await pause(milliseconds, undefined, { signal: until }).catch(() => undefined)
    }
  }
  const forgotten = new ForgottenJobs(queue, work)
  await Promise.all([
    every(ticks.forgotten, () => forgotten.tick(hasRoom())),
    every(ticks.presence, () => tellPresence(work.fleet.buckets.workers, seen())),
    every(ticks.schedules, () => schedules.tick(Date.now())),
  ])
}

async function refuseUnknownSite({ fleet, buckets }: FleetOnEngine, site: string): Promise<void> {
  const sites = (await buckets.about.get('fleet'))?.value.sites ?? []
  if (sites.includes(site)) return
  throw new Failure('INVALID_INPUT', `no cluster of the fleet ${fleet} is at the site ${site}`, {
    next: `${suggestion(site, sites) ?? `its sites are: ${sites.join(', ')}`}; for a new one write a cluster into the file of the fleet, then: understudy fleet init`,
  })
}

/** What a worker is, as far as it is known on its computer. Throws INVALID_INPUT for what would end it before it asked its engine. */
export function readyWorker({
  site,
  name = `${hostname().split('.')[0]}-${site}`,
  trust,
  key,
}: Pick<WorkerOptions, 'site' | 'name' | 'trust' | 'key'>) {
  refuseNoSite(site)
  return {
    name: workerName(name),
    trusted: trustedKeys(trust),
    key: key === undefined ? undefined : readKey('site', key),
  }
}

function refuseNoSite(site: string): void {
  const read = fleetName.safeParse(site)
  if (read.success) return
  throw new Failure(
    'INVALID_INPUT',
    `${quoted(site)} is no name of a site: ${read.error.issues[0]?.message}`,
    {
      next: 'name it as the file of the fleet does: --site',
    },
  )
}

function workerName(name: string): string {
  const lower = name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')
  const read = fleetName.safeParse(lower)
  if (read.success) return read.data
  throw new Failure('INVALID_INPUT', `${name} is no name of a worker: ${read.error.issues[0]?.message}`, {
    next: 'name it: --name',
  })
}
