import type { Consumer, JsMsg } from '@nats-io/jetstream'
import { consumerOf, jobSubject, placesOf } from '../fleet/names.ts'
import type { Job } from '../fleet/order.ts'
import type { Engine } from './engine.ts'
import { engineFailure, isNoConsumer, isTaken } from './failures.ts'
import { punctual } from './tail.ts'

/** What came of sending a job: there is one for each cluster at most. One that was sent before lies there, is over, or the engine lost it. */
export type Sent = 'queued' | 'sent-before' | 'taken'

/** A message of the stream of jobs that is ours for a while. */
export interface Delivered {
  readonly text: string
  readonly subject: string
  /** Whether it is of the site that asked. Servers that lost their power may give out by the number of a message that another one has since. */
  readonly isOurs: boolean
  readonly bytes: number
  /** How often it was given to a worker, this time included. */
  readonly attempt: number
  /** When it came, by the clock of the engine: milliseconds since the epoch. */
  readonly sent: number
  /** Says that we are still at it. */
  working(): void
  /** It is over, and away. One that lies there under its number since servers lost it stays. */
  done(): Promise<void>
  /** Somebody else may have it after so many seconds. */
  later(seconds: number): void
}

/** Sends a job; one of the same name is sent once however often it is. */
export async function sendJob(
  { stream, address }: Engine,
  {
    fleet,
    site,
    cluster,
    name,
    job,
  }: { fleet: string; site: string; cluster: string; name: string; job: Job },
): Promise<Sent> {
  try {
    const subject = jobSubject(fleet, site, cluster)
    const { duplicate } = await stream.publish(subject, JSON.stringify(job), { msgID: name })
    return duplicate ? 'sent-before' : 'queued'
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw engineFailure(error, address)
  }
}

/** A job that waits, or that a worker has begun. */
export interface QueuedJob {
  readonly text: string
  /** Its number in the stream, which no other message has unless servers lost it. */
  readonly sequence: number
}

/** The job that a cluster has right now, if any. */
export async function jobOf(
  { manager, address }: Engine,
  { fleet, site, cluster }: { fleet: string; site: string; cluster: string },
): Promise<QueuedJob | undefined> {
  try {
    const message = await manager.streams.getMessage(placesOf(fleet).jobs, {
      last_by_subj: jobSubject(fleet, site, cluster),
    })
    return message ? { text: message.string(), sequence: message.seq } : undefined
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/**
 * Takes a job out of the queue; nothing where a worker has done so meanwhile. A server that lost its power may have forgotten that the job
 * was taken out, and not that it was given to a worker: then nobody is ever given it again, and nothing else is queued.
 */
export async function takeOut(
  { manager, address }: Engine,
  fleet: string,
  { sequence }: Pick<QueuedJob, 'sequence'>,
): Promise<void> {
  const { jobs } = placesOf(fleet)
  try {
    await manager.streams.deleteMessage(jobs, sequence, false)
  } catch (error) {
    // What the engine says of a message that is gone differs with its version, and with how many servers it has.
    const isThere = await manager.streams.getMessage(jobs, { seq: sequence }).catch(() => true)
    if (isThere) throw engineFailure(error, address)
  }
}

/**
 * How often a job that is over may be given out before it is taken away whatever lies under its number: servers whose copies of the stream
 * differ do not mean the same by it, and would give it out for ever.
 */
const patience = 3

/** Milliseconds by which the answer that there is no job may be late. */
const grace = 3000

/** Jobs in a queue that are looked at one by one. */
const mostJobs = 50

/** The queue of a site: its workers share it. */
export class SiteQueue {
  readonly #engine: Engine
  readonly #fleet: string
  readonly #site: string
  readonly #lease: number
  #consumer: Consumer | undefined

  /** `lease`: seconds without a word after which a job is given to another worker. */
  constructor(engine: Engine, { fleet, site, lease }: { fleet: string; site: string; lease: number }) {
    this.#engine = engine
    this.#fleet = fleet
    this.#site = site
    this.#lease = lease
  }

  /** Waits for the next job; nothing where none came in `seconds`. Throws UNREACHABLE where the engine does not say so. */
  async next(seconds: number): Promise<Delivered | undefined> {
    try {
      this.#consumer ??= await this.#bound()
      const asked = await this.#consumer.fetch({ max_messages: 1, expires: 1000 * seconds })
      const ours = jobSubject(this.#fleet, this.#site, '')
      // An engine that is killed meanwhile never says that there is none.
      for await (const message of punctual(asked, 1000 * seconds + grace))
        return delivered(message, this.#engine, { fleet: this.#fleet, ours })
      return undefined
    } catch (error) {
      this.#consumer = undefined
      throw engineFailure(error, this.#engine.address)
    }
  }

  /** Jobs that wait, and that were given to a worker; nothing where no worker ever asked. */
  async length(): Promise<{ readonly waiting: number; readonly begun: number } | undefined> {
    try {
      const { num_pending: waiting, num_ack_pending: begun } = await this.#engine.manager.consumers.info(
        placesOf(this.#fleet).jobs,
        consumerOf(this.#site),
      )
      return { waiting, begun }
    } catch (error) {
      if (isNoConsumer(error)) return undefined
      throw engineFailure(error, this.#engine.address)
    }
  }

  /** Jobs that lie in the stream, by their clusters; some of them where they are many. */
  async jobs(): Promise<ReadonlyMap<string, QueuedJob>> {
    const found = new Map<string, QueuedJob>()
    for (const subject of (await this.#subjects()).slice(0, mostJobs)) {
      const cluster = subject.split('.').at(-1) ?? ''
      const job = await jobOf(this.#engine, { fleet: this.#fleet, site: this.#site, cluster })
      if (job) found.set(cluster, job)
    }
    return found
  }

  /**
   * Subjects of jobs that lie in the stream, while the queue says both before and after it that none waits and none is begun; none where no
   * worker ever asked.
   */
  async forgotten(): Promise<readonly string[]> {
    if (!(await this.#isIdle())) return []
    const there = await this.#subjects()
    return there.length > 0 && (await this.#isIdle()) ? there : []
  }

  async #subjects(): Promise<readonly string[]> {
    const subjects_filter = jobSubject(this.#fleet, this.#site, '*')
    try {
      const { state } = await this.#engine.manager.streams.info(placesOf(this.#fleet).jobs, {
        subjects_filter,
      })
      return Object.keys(state.subjects ?? {})
    } catch (error) {
      throw engineFailure(error, this.#engine.address)
    }
  }

  /** Takes the queue away. Whoever asks next makes it anew, of all jobs that there are. */
  async renew(): Promise<void> {
    try {
      await this.#engine.manager.consumers.delete(placesOf(this.#fleet).jobs, consumerOf(this.#site))
    } catch (error) {
      if (!isNoConsumer(error)) throw engineFailure(error, this.#engine.address)
    }
    this.#consumer = undefined
  }

  async #isIdle(): Promise<boolean> {
    const length = await this.length()
    return length !== undefined && length.waiting + length.begun === 0
  }

  async #bound(): Promise<Consumer> {
    const { manager, stream } = this.#engine
    const places = placesOf(this.#fleet)
    const name = consumerOf(this.#site)
    const wanted = {
      durable_name: name,
      filter_subject: jobSubject(this.#fleet, this.#site, '*'),
      ack_policy: 'explicit',
      ack_wait: this.#lease * 1_000_000_000,
      max_deliver: -1,
      max_ack_pending: 10_000,
    } as const
    try {
      const { config } = await manager.consumers.info(places.jobs, name)
      if (config.ack_wait !== wanted.ack_wait) await manager.consumers.update(places.jobs, name, wanted)
    } catch (error) {
      if (!isNoConsumer(error)) throw error
      await manager.consumers.add(places.jobs, wanted)
    }
    return stream.consumers.get(places.jobs, name)
  }
}

function delivered(
  message: JsMsg,
  engine: Engine,
  { fleet, ours }: { readonly fleet: string; readonly ours: string },
): Delivered {
  return {
    text: message.string(),
    subject: message.subject,
    isOurs: message.subject.startsWith(ours),
    bytes: message.data.length,
    attempt: message.info.deliveryCount,
    sent: message.info.timestampNanos / 1_000_000,
    working: () => message.working(),
    async done() {
      try {
        const isStubborn = message.info.deliveryCount > patience
        if (isStubborn || (await liesThere(message, engine, fleet))) await message.ackAck()
      } catch (error) {
        throw engineFailure(error, engine.address)
      }
    },
    later: (seconds) => message.nak(1000 * seconds),
  }
}

/**
 * Whether a message still lies under its number. What is acknowledged is taken away by number alone, and servers that lost what they wrote
 * last give that number to another job.
 */
async function liesThere(message: JsMsg, { manager }: Engine, fleet: string): Promise<boolean> {
  const found = await manager.streams.getMessage(placesOf(fleet).jobs, { seq: message.seq })
  return found !== null && found.subject === message.subject && found.string() === message.string()
}
