import type { SiteQueue } from '../../nats/jobs.ts'
import type { WorkerEvent } from './work.ts'

/**
 * Servers of an engine of three, most of which were killed again and again within minutes, were seen to take a job for done that nobody
 * had done: it lies in the stream, no worker is given it, and its run would go on for ever.
 */
export class ForgottenJobs {
  readonly #queue: SiteQueue
  readonly #onEvent: (event: WorkerEvent) => void
  #seen: ReadonlySet<string> = new Set()

  constructor(queue: SiteQueue, onEvent: (event: WorkerEvent) => void) {
    this.#queue = queue
    this.#onEvent = onEvent
  }

  /**
   * Makes the queue anew where what it forgot was there at the last look, too: servers that have just come back may still be
   * reading what they have. What a worker is at meanwhile is given out once more, and found to be taken, or over.
   */
  async tick(): Promise<void> {
    const forgotten = await this.#queue.forgotten()
    const lasting = forgotten.filter((subject) => this.#seen.has(subject))
    this.#seen = new Set(forgotten)
    if (lasting.length === 0) return
    await this.#queue.renew()
    this.#seen = new Set()
    const clusters = lasting.map((subject) => subject.split('.').at(-1)).join(', ')
    this.#onEvent({
      is: 'warning',
      message: `the engine had forgotten that there is something to do for ${clusters}: the queue of this site is made anew`,
    })
  }
}
