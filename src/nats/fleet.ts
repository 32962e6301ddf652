import { Kvm } from '@nats-io/kv'
import { type ObjectStore, Objm } from '@nats-io/obj'
import type { z } from 'zod'
import { type BundleReference, digestOf, largestBundle } from '../fleet/bundle.ts'
import { envelope } from '../fleet/envelope.ts'
import { aboutFleet, clusterState, resultShape, runShape, workerShape } from '../fleet/kept.ts'
import { lease } from '../fleet/lease.ts'
import { type BucketName, placesOf } from '../fleet/names.ts'
import { Failure } from '../model/failure.ts'
import { Bucket } from './bucket.ts'
import type { Engine } from './engine.ts'
import { engineFailure } from './failures.ts'
import { refuseUnmade } from './layout.ts'

/** What each bucket holds. */
const schemas = {
  about: aboutFleet,
  clusters: envelope,
  locks: lease,
  results: resultShape,
  runs: runShape,
  state: clusterState,
  workers: workerShape,
} as const satisfies Record<BucketName, z.ZodType>

/** The buckets of a fleet, each by its name. */
export type Buckets = { readonly [Name in BucketName]: Bucket<z.output<(typeof schemas)[Name]>> }

/** A fleet on the engine. */
export interface FleetOnEngine {
  readonly fleet: string
  readonly buckets: Buckets
  readonly bundles: Bundles
}

/** The buckets of a fleet that was made. Throws INVALID_INPUT where it was not, or is of another version. */
export async function openFleet(engine: Engine, fleet: string): Promise<FleetOnEngine> {
  const { stream, address } = engine
  const places = placesOf(fleet)
  const kvs = new Kvm(stream)
  const open = async <Name extends BucketName>(name: Name) => {
    const bucket = places.buckets[name]
    const kv = await kvs.open(bucket, { allow_direct: false })
    return new Bucket(kv, schemas[name] as unknown as z.ZodType<z.output<(typeof schemas)[Name]>>, {
      name: bucket,
      engine,
    })
  }
  await refuseUnmade(engine, fleet)
  try {
    const [about, clusters, locks, results, runs, state, workers] = await Promise.all([
      open('about'),
      open('clusters'),
      open('locks'),
      open('results'),
      open('runs'),
      open('state'),
      open('workers'),
    ])
    await about.get('fleet')
    const objects = await new Objm(stream).open(places.bundles)
    const buckets = { about, clusters, locks, results, runs, state, workers }
    return { fleet, buckets, bundles: new Bundles(objects, address) }
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/** Bundles by their digests: the same one is kept once. */
export class Bundles {
  readonly #objects: ObjectStore
  readonly #address: string

  constructor(objects: ObjectStore, address: string) {
    this.#objects = objects
    this.#address = address
  }

  /** Keeps one, unless it is there. */
  async keep(digest: string, bytes: Uint8Array): Promise<void> {
    try {
      if (await this.#objects.info(digest)) return
      await this.#objects.putBlob({ name: digest }, bytes)
    } catch (error) {
      throw engineFailure(error, this.#address)
    }
  }

  /** Throws INVALID_INPUT where it is not there, or is not what its digest says. */
  async get({ digest, bytes: length }: BundleReference): Promise<Uint8Array> {
    const bytes = await this.#read(digest)
    if (bytes.length === length && digestOf(bytes) === digest) return bytes
    throw new Failure('INVALID_INPUT', `the bundle ${digest} is not what was signed`, {
      next: 'find out who can write to the bundles of this fleet',
    })
  }

  async #read(digest: string): Promise<Uint8Array> {
    try {
      const info = await this.#objects.info(digest)
      const bytes = info && info.size <= largestBundle ? await this.#objects.getBlob(digest) : undefined
      if (bytes) return bytes
    } catch (error) {
      throw engineFailure(error, this.#address)
    }
    throw new Failure('INVALID_INPUT', `the bundle ${digest} is not on the engine`, {
      next: 'order it again: the bundle is sent along',
    })
  }
}
