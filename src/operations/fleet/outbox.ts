import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { jsonIn } from '../../fleet/envelope.ts'
import { deadMessage, type FleetEvent, fleetEvent } from '../../fleet/event.ts'
import { type Result, resultShape } from '../../fleet/kept.ts'
import { operations, shapeVersion } from '../../fleet/names.ts'
import { moment } from '../../fleet/order.ts'
import { outcome } from '../../fleet/outcome.ts'
import { alertsBetween, type Over, stateAfter } from '../../fleet/state.ts'
import { Failure } from '../../model/failure.ts'
import type { Engine } from '../../nats/engine.ts'
import { setAside, tellEvent } from '../../nats/events.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import { makeFolder } from '../folders.ts'

const text = z.string()

/** Something that the engine is to know although it may be away just now; `name` makes it known once. */
const letter = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('event'), name: text, event: fleetEvent }),
  z.strictObject({ is: z.literal('dead'), name: text, dead: deadMessage }),
  z.strictObject({ is: z.literal('result'), result: resultShape }),
  z.strictObject({
    is: z.literal('over'),
    job: text,
    over: z.strictObject({
      cluster: text,
      site: text,
      labels: z.record(text, text),
      operation: z.enum(operations),
      run: text,
      by: text,
      worker: text,
      at: moment,
      outcome,
    }),
  }),
])

/** The same, typed. */
export type Letter = z.output<typeof letter>

const letters = z.array(letter)

/**
 * What a worker has to tell, on its disk until the engine has it: a site that is cut off goes on working, and what it did is known
 * later; so it is where the worker is killed.
 */
export class Outbox {
  readonly #folder: string
  readonly #engine: Engine
  readonly #fleet: FleetOnEngine
  #count = 0
  #under: Promise<void> = Promise.resolve()

  constructor(folder: string, engine: Engine, fleet: FleetOnEngine) {
    this.#folder = folder
    this.#engine = engine
    this.#fleet = fleet
  }

  /** Makes the folder. Throws INVALID_INPUT where nothing can be kept there. */
  async prepare(): Promise<void> {
    try {
      await makeFolder(this.#folder, 0o700)
    } catch (cause) {
      throw this.#unkept(cause as Error)
    }
  }

  /** Keeps letters, all or none of them. Throws INVALID_INPUT where the disk does not take them. */
  async keep(kept: readonly Letter[]): Promise<void> {
    const name = `${Date.now()}-${process.pid}-${String(this.#count++).padStart(6, '0')}`
    const staged = join(this.#folder, `.${name}`)
    try {
      await makeFolder(this.#folder, 0o700)
      const file = await open(staged, 'wx', 0o600)
      try {
        await file.writeFile(JSON.stringify(kept))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(staged, join(this.#folder, `${name}.json`))
    } catch (cause) {
      throw this.#unkept(cause as Error)
    }
  }

  #unkept(cause: Error): Failure {
    const { message } = cause instanceof Failure && cause.cause instanceof Error ? cause.cause : cause
    return new Failure('INVALID_INPUT', `what was done cannot be kept in ${this.#folder}: ${message}`, {
      next: 'let the worker have a directory of its own that can be written to: --state',
      cause,
    })
  }

  /** Sends what is there, the oldest first. Throws UNREACHABLE where the engine is away: the rest stays. */
  async flush(): Promise<void> {
    const flushed = this.#under.then(() => this.#flush())
    this.#under = flushed.catch(() => undefined)
    await flushed
  }

  /** Bundles of letters that wait. */
  async waiting(): Promise<number> {
    return (await this.#names()).length
  }

  async #names(): Promise<readonly string[]> {
    const all = await readdir(this.#folder).catch(() => [])
    return all.filter((name) => /^\d.*\.json$/.test(name)).toSorted()
  }

  async #flush(): Promise<void> {
    for (const name of await this.#names()) {
      const path = join(this.#folder, name)
      const read = letters.safeParse(jsonIn(await readFile(path, 'utf8')))
      // Of another understudy, or half of it: kept beside for who looks.
      if (!read.success) await rename(path, `${path}.unread`)
      else {
        for (const one of read.data) await this.#send(one)
        await rm(path)
      }
    }
  }

  async #send(one: Letter): Promise<void> {
    if (one.is === 'event') await tellEvent(this.#engine, one.event, one.name)
    else if (one.is === 'dead') await setAside(this.#engine, one.dead, one.name)
    else if (one.is === 'result') await this.#tellResult(one.result)
    else await this.#tellState(one.job, one.over as Over)
  }

  /** One that is there stays: what came late says nothing new, but for a job that was only believed to be dead. */
  async #tellResult(result: Result): Promise<void> {
    const { results } = this.#fleet.buckets
    const found = await results.get(result.job)
    if (!found) await results.write(result.job, result, undefined)
    else if (found.value.status === 'dead' && result.status !== 'dead')
      await results.write(result.job, result, found.revision)
  }

  async #tellState(job: string, over: Over): Promise<void> {
    const { state } = this.#fleet.buckets
    for (;;) {
      const found = await state.get(over.cluster)
      const after = stateAfter(found?.value, over)
      for (const alert of alertsBetween(found?.value, after)) {
        const event: FleetEvent = {
          v: shapeVersion,
          is: 'alert',
          at: over.at,
          fleet: this.#fleet.fleet,
          run: over.run,
          cluster: over.cluster,
          site: over.site,
          ...alert,
        }
        await tellEvent(this.#engine, event, `${job} alert ${alert.about} ${alert.bad}`)
      }
      if ((await state.write(over.cluster, after, found?.revision)) !== undefined) return
    }
  }
}
