import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import type { KV, KvEntry } from '@nats-io/kv'
import type { z } from 'zod'
import { firstOf, jsonIn } from '../fleet/envelope.ts'
import { shapeVersion } from '../fleet/names.ts'
import { Failure } from '../model/failure.ts'
import type { Engine } from './engine.ts'
import { engineFailure } from './failures.ts'
import { punctual, tailOf } from './tail.ts'

/** Milliseconds for which the next value is waited for. */
const patience = 10_000

/** What lies under a key, and which writing of it that is. */
export interface Kept<Value> {
  readonly key: string
  readonly value: Value
  readonly revision: number
  /** By the clock of the engine, in milliseconds since the epoch. */
  readonly written: number
}

/** A bucket whose values are of one schema. */
export class Bucket<Value> {
  readonly #kv: KV
  readonly #schema: z.ZodType<Value>
  readonly #engine: Pick<Engine, 'address' | 'manager' | 'asking'>
  readonly name: string

  constructor(
    kv: KV,
    schema: z.ZodType<Value>,
    {
      name,
      engine,
    }: { readonly name: string; readonly engine: Pick<Engine, 'address' | 'manager' | 'asking'> },
  ) {
    this.#kv = kv
    this.#schema = schema
    this.#engine = engine
    this.name = name
  }

  /** Throws INVALID_INPUT where what lies there is of another shape. */
  async get(key: string): Promise<Kept<Value> | undefined> {
    const entry = await this.#asking(() => this.#kv.get(key))
    return entry?.operation === 'PUT' ? this.#kept(entry) : undefined
  }

  async put(key: string, value: Value): Promise<void> {
    await this.#asking(() => this.#kv.put(key, JSON.stringify(value)))
  }

  /**
   * Writes over this revision, or where nothing is with `undefined`; the new revision, or nothing where somebody else was
   * quicker.
   */
  async write(key: string, value: Value, over: number | undefined): Promise<number | undefined> {
    const text = JSON.stringify(value)
    try {
      return over === undefined ? await this.#kv.create(key, text) : await this.#kv.update(key, text, over)
    } catch (error) {
      if (isOvertaken(error)) return undefined
      throw engineFailure(error, this.#engine.address)
    }
  }

  async remove(key: string): Promise<void> {
    await this.#asking(() => this.#kv.delete(key))
  }

  /** All that lie there now and are of this schema, sorted by key; `broken` is told of those that are not. */
  async all(filter?: string, broken: (failure: Failure) => void = () => {}): Promise<readonly Kept<Value>[]> {
    return this.#asking(async () => {
      const found: Kept<Value>[] = []
      for (const entry of await this.#entries(filter)) {
        if (entry.operation !== 'PUT') continue
        try {
          found.push(this.#kept(entry))
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          broken(error)
        }
      }
      return found.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    })
  }

  /** What was written last under each key: what the server says that was asked, then what only the one that leads has. */
  async #entries(filter = '>'): Promise<Iterable<KvEntry>> {
    const latest = new Map<string, KvEntry>()
    let last = 0
    for await (const entry of punctual(await this.#kv.history({ key: filter }), patience)) {
      latest.set(entry.key, entry)
      last = Math.max(last, entry.revision)
    }
    const place = `$KV.${this.name}.`
    const later = { stream: `KV_${this.name}`, subject: place + filter, from: last + 1 }
    for await (const { subject } of tailOf(this.#engine.manager, later)) {
      const key = subject.slice(place.length)
      const entry = await this.#kv.get(key)
      if (entry) latest.set(key, entry)
      else latest.delete(key)
    }
    return latest.values()
  }

  /** When it was made, by the clock of the engine: seconds since the epoch. */
  async made(): Promise<number> {
    const { streamInfo } = await this.#asking(() => this.#kv.status())
    return Math.floor(Date.parse(streamInfo.created) / 1000)
  }

  async #asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#engine.asking(ask())
    } catch (error) {
      throw engineFailure(error, this.#engine.address)
    }
  }

  #kept(entry: KvEntry): Kept<Value> {
    const found = jsonIn(entry.string())
    const read = this.#schema.safeParse(found)
    if (read.success) return keptOf(entry, read.data)
    const version = versionOf(found)
    throw new Failure(
      'INVALID_INPUT',
      `what lies in the bucket ${this.name} under ${entry.key} is of ${
        version === undefined || version === shapeVersion
          ? `another shape: ${firstOf(read.error)}`
          : `version ${version}, and known here is ${shapeVersion}`
      }`,
      { next: 'use the understudy that wrote it, or a newer one' },
    )
  }
}

function versionOf(found: unknown): number | undefined {
  if (typeof found !== 'object' || found === null || !('v' in found)) return undefined
  return typeof found.v === 'number' ? found.v : undefined
}

function keptOf<Value>(entry: KvEntry, value: Value): Kept<Value> {
  return { key: entry.key, value, revision: entry.revision, written: entry.created.getTime() }
}

function isOvertaken(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  )
}
