import { Kvm } from '@nats-io/kv'
import { Objm } from '@nats-io/obj'
import type { z } from 'zod'
import { envelope } from '../fleet/envelope.ts'
import { aboutFleet, clusterState, resultShape, runShape, workerShape } from '../fleet/kept.ts'
import { lease } from '../fleet/lease.ts'
import { type BucketName, placesOf } from '../fleet/names.ts'
import { Bucket } from './bucket.ts'
import { Bundles } from './bundles.ts'
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
    return { fleet, buckets, bundles: new Bundles(objects, { name: places.bundles, engine }) }
  } catch (error) {
    throw engineFailure(error, address)
  }
}
