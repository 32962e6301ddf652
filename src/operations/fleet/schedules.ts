import { z } from 'zod'
import { type Envelope, jsonIn, opened } from '../../fleet/envelope.ts'
import { fleetName, shapeVersion } from '../../fleet/names.ts'
import { jobName, type Schedule, scheduledRun, standingOrder } from '../../fleet/order.ts'
import { turnOf } from '../../fleet/turns.ts'
import { explain, Failure } from '../../model/failure.ts'
import { sendJob } from '../../nats/jobs.ts'
import { standingAside } from './letters.ts'
import type { Work } from './work.ts'

/** Milliseconds after which a drill whose window was closed is thought of again. */
const patience = 10 * 60_000

/** What is read of a standing order that nobody here trusts: whom it concerns. */
const concerned = z.object({
  subject: z.object({ cluster: fleetName, site: fleetName }),
  schedules: z.array(z.unknown()).min(1),
})

/**
 * Sends the jobs of schedules when their turn comes. All workers of a site do so, and a turn is taken once: by the name of its job,
 * which is the same for all, and by its result.
 */
export class Schedules {
  readonly #work: Work
  /** Turns that were sent, or are over, and when. */
  readonly #known = new Map<string, number>()
  /** Signatures of standing orders of this site that were refused, which was told. */
  readonly #refused = new Set<string>()

  constructor(work: Work) {
    this.#work = work
  }

  /** Sends what is due. Throws UNREACHABLE where the engine is away. */
  async tick(now: number): Promise<void> {
    const { fleet, site, trusted, onEvent } = this.#work
    for (const [name, at] of this.#known) if (now - at > 2 * 86_400_000) this.#known.delete(name)
    const all = await fleet.buckets.clusters.all(undefined, ({ message }) =>
      onEvent({ is: 'warning', message }),
    )
    for (const { value: standing } of all) {
      try {
        const { subject, schedules } = opened(standing, standingOrder, trusted)
        if (subject.site !== site) continue
        for (const schedule of schedules) await this.#due(schedule, subject.cluster, standing, now)
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'INVALID_INPUT') throw error
        await this.#refuse(standing, error)
      }
    }
  }

  /** Tells once that a schedule is not kept, as what it says was not signed by whom it has to be: nothing of it is done, and nobody would see why. */
  async #refuse(standing: Envelope, failure: Failure): Promise<void> {
    const read = concerned.safeParse(jsonIn(standing.body))
    if (!read.success || read.data.subject.site !== this.#work.site || this.#refused.has(standing.signature))
      return
    this.#refused.add(standing.signature)
    const why = `schedules of ${read.data.subject.cluster} are not kept: ${explain(failure)}`
    this.#work.onEvent({ is: 'set-aside', why })
    await this.#work.outbox.keep(standingAside(read.data.subject.cluster, standing, why, this.#work))
    await this.#work.outbox.flush()
  }

  async #due(
    schedule: Schedule,
    cluster: string,
    standing: Parameters<Work['fleet']['buckets']['clusters']['put']>[1],
    now: number,
  ): Promise<void> {
    const { engine, fleet, site } = this.#work
    const { operation } = schedule
    const slot = turnOf(cluster, schedule, now)
    const name = jobName(scheduledRun(operation, slot), cluster)
    const known = this.#known.get(name)
    if (known !== undefined && (operation !== 'drill' || now - known < patience)) return
    if (await fleet.buckets.results.get(name)) {
      this.#known.set(name, now)
      return
    }
    const job = { v: shapeVersion, is: 'scheduled', standing, operation, slot } as const
    // A drill whose window was closed is sent again, and must not be taken for the one before.
    const id = operation === 'drill' ? `${name} ${Math.floor(now / patience)}` : name
    const sent = await sendJob(engine, { fleet: fleet.fleet, site, cluster, name: id, job })
    if (sent === 'queued') this.#known.set(name, now)
  }
}
