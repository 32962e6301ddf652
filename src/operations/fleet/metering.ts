import { type JobTimes, type WorkerMetrics, withJob } from '../../fleet/metrics.ts'
import type { SiteQueue } from '../../nats/jobs.ts'
import type { Work, WorkerEvent } from './work.ts'

/** Milliseconds for which states of clusters are told again without asking the engine. */
const patience = 10_000

/** Counts what a worker does, for whoever watches it. */
export class Meter {
  #over: readonly JobTimes[] = []
  #left = 0
  #setAside = 0
  #asked: { readonly at: number; readonly told: Promise<FromEngine> } | undefined
  readonly #started = Date.now()

  /** Is told everything that the worker tells of itself. */
  heard(event: WorkerEvent): void {
    if (event.is === 'job-over') this.#over = withJob(this.#over, event)
    else if (event.is === 'job-left') this.#left += 1
    else if (event.is === 'set-aside') this.#setAside += 1
  }

  /** What there is to tell now; of the engine's nothing while it is away. */
  async read(work: Work, queue: SiteQueue, atOnce: number): Promise<WorkerMetrics> {
    const { fleet, site, worker, version, engine, underWay, outbox } = work
    const isThere = engine.reachable()
    const [unsent, told] = await Promise.all([outbox.waiting(), isThere ? this.#fromEngine(work, queue) : {}])
    return {
      fleet: fleet.fleet,
      site,
      worker,
      version,
      started: this.#started,
      engine: isThere,
      underWay: underWay.size,
      atOnce,
      over: this.#over,
      left: this.#left,
      setAside: this.#setAside,
      unsent,
      ...told,
    }
  }

  /** Whoever asks often is told the same for a while. */
  #fromEngine(work: Work, queue: SiteQueue): Promise<FromEngine> {
    const now = performance.now()
    if (!this.#asked || now - this.#asked.at > patience)
      this.#asked = { at: now, told: fromEngine(work, queue) }
    return this.#asked.told
  }
}

type FromEngine = Pick<WorkerMetrics, 'queue' | 'clusters'>

async function fromEngine({ fleet, site, onEvent }: Work, queue: SiteQueue): Promise<FromEngine> {
  try {
    const [waiting, states] = await Promise.all([queue.length(), fleet.buckets.state.all()])
    return { queue: waiting, clusters: states.map(({ value }) => value).filter((one) => one.site === site) }
  } catch (error) {
    // What the worker itself counted is told all the same.
    onEvent({ is: 'warning', message: `the engine gave no metrics: ${(error as Error).message}` })
    return {}
  }
}
