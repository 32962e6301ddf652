import type { FleetFile } from './file.ts'
import { type BucketName, placesOf, shapeVersion } from './names.ts'

const seconds = 1_000_000_000
const day = 86_400 * seconds
const megabyte = 1024 * 1024

/** A stream as it has to be; the words are those of JetStream, times in nanoseconds. */
export interface StreamWanted {
  readonly name: string
  readonly what: string
  readonly subjects: readonly string[]
  readonly retention: 'workqueue' | 'limits'
  readonly discard: 'new' | 'old'
  readonly perSubject: number
  readonly age: number
  readonly bytes: number
  readonly message: number
  readonly replicas: number
}

/** A bucket as it has to be; `ttl` in milliseconds, 0 for ever. */
export interface BucketWanted {
  readonly name: string
  readonly bucket: BucketName
  readonly what: string
  readonly history: number
  readonly ttl: number
  readonly replicas: number
}

/** Everything that a fleet needs on the engine. */
export interface Layout {
  readonly streams: readonly StreamWanted[]
  readonly buckets: readonly BucketWanted[]
  /** The object store of bundles. */
  readonly bundles: { readonly name: string; readonly replicas: number }
}

/** What stands in the description of each stream: whoever reads another one there does not touch it. */
export const marked = `understudy fleet, version ${shapeVersion}`

/** What a fleet needs on the engine, as its file says. */
export function layoutOf({
  fleet,
  replicas,
  retention,
}: Pick<FleetFile, 'fleet' | 'replicas' | 'retention'>): Layout {
  const places = placesOf(fleet)
  const bucket = (name: BucketName, what: string, ttlDays = 0): BucketWanted => ({
    name: places.buckets[name],
    bucket: name,
    what,
    history: 1,
    ttl: ttlDays * 86_400_000,
    replicas,
  })
  return {
    streams: [
      {
        name: places.jobs,
        what: 'what is to be done: one job for each cluster at most',
        subjects: [`us.${fleet}.job.>`],
        retention: 'workqueue',
        discard: 'new',
        perSubject: 1,
        age: 7 * day,
        bytes: 1024 * megabyte,
        message: megabyte,
        replicas,
      },
      {
        name: places.events,
        what: 'who did what to which cluster when, and what came of it',
        subjects: [`us.${fleet}.event.>`],
        retention: 'limits',
        discard: 'old',
        perSubject: -1,
        age: retention.events * seconds,
        bytes: retention.gigabytes * 1024 * megabyte,
        message: megabyte,
        replicas,
      },
      {
        name: places.dead,
        what: 'messages that nobody carries out, and why',
        subjects: [`us.${fleet}.dead.>`],
        retention: 'limits',
        discard: 'old',
        perSubject: -1,
        age: 90 * day,
        bytes: 256 * megabyte,
        message: megabyte,
        replicas,
      },
    ],
    buckets: [
      bucket('about', 'what the fleet is'),
      bucket('clusters', 'what each cluster is, and what is done to it by itself'),
      bucket('locks', 'who has which cluster for himself'),
      bucket('results', 'which jobs are over', 30),
      bucket('runs', 'how far runs are', 90),
      bucket('state', 'what was last seen of each cluster'),
      { ...bucket('workers', 'which workers are there'), ttl: 30_000 },
    ],
    bundles: { name: places.bundles, replicas },
  }
}
