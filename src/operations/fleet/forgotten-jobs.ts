import type { SiteQueue } from '../../nats/jobs.ts'
import { whose } from './whose.ts'
import type { Work } from './work.ts'

/** Seconds after which a job is given out once more at the latest, by whoever gave it back (`job-run.ts`). */
const longestPause = 60

/**
 * Servers of an engine of three, most of which were killed again and again within minutes, were seen to take a job for done that nobody
 * had done: it lies in the stream, no worker is given it, and its run would go on for ever.
 */
export class ForgottenJobs {
  readonly #queue: SiteQueue
  readonly #work: Pick<Work, 'fleet' | 'onEvent'>
  readonly #patience: number
  #seen: ReadonlySet<string> = new Set()
  #lying: ReadonlyMap<string, Lying> = new Map()

  /** `patience`: seconds for which a job may lie there although a worker has room for it. */
  constructor(queue: SiteQueue, work: Pick<Work, 'fleet' | 'onEvent' | 'times'>, patience?: number) {
    this.#queue = queue
    this.#work = work
    this.#patience = patience ?? longestPause + 3 * work.times.lease
  }

  /**
   * Makes the queue anew where it forgot a job: it says that there is none, twice, as servers that have just come back may still be
   * reading what they have; or it says that somebody has it, and for long nobody does. What a worker is at meanwhile is given out once
   * more, and found to be taken, or over. `hasRoom`: whether this worker takes jobs right now.
   */
  async tick(hasRoom: boolean): Promise<void> {
    const forgotten = await this.#queue.forgotten()
    const lasting = forgotten.filter((subject) => this.#seen.has(subject))
    this.#seen = new Set(forgotten)
    const stuck = hasRoom ? await this.#stuck() : []
    if (!hasRoom) this.#lying = new Map()
    const found = new Set([...lasting.map((subject) => subject.split('.').at(-1) ?? ''), ...stuck])
    if (found.size === 0) return
    await this.#queue.renew()
    this.#seen = new Set()
    this.#lying = new Map()
    this.#work.onEvent({
      is: 'warning',
      message: `the engine had forgotten that there is something to do for ${[...found].toSorted().join(', ')}: the queue of this site is made anew`,
    })
  }

  /** Whether its run begins nothing right now: its jobs are given out, and given back, again and again. */
  async #isHeldBack(text: string): Promise<boolean> {
    const { run } = whose(text)
    const is = run === '' ? undefined : (await this.#work.fleet.buckets.runs.get(run))?.value.is
    return is === 'paused' || is === 'stopped'
  }

  /** Clusters whose job lies there for too long, while nobody gives a sign of life who has them. */
  async #stuck(): Promise<readonly string[]> {
    const now = performance.now()
    const before = this.#lying
    const lying = new Map<string, Lying>()
    for (const [cluster, { sequence, text }] of await this.#queue.jobs()) {
      if (await this.#isHeldBack(text)) continue
      const lease = await this.#work.fleet.buckets.locks.get(cluster)
      const seen = `${sequence} ${lease?.revision}`
      const known = before.get(cluster)
      lying.set(cluster, known?.seen === seen ? known : { seen, since: now })
    }
    this.#lying = lying
    return [...lying].flatMap(([cluster, { since }]) =>
      now - since > 1000 * this.#patience ? [cluster] : [],
    )
  }
}

/** A job, and who has its cluster, as they were seen; since when: milliseconds of `performance.now()`. */
interface Lying {
  readonly seen: string
  readonly since: number
}
