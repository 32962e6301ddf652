import { z } from 'zod'

/**
 * The version of everything that travels and is kept: messages, and the layout of streams and buckets. Whoever meets another
 * one leaves it alone and says so.
 */
export const shapeVersion = 1

/** A name that is a token of a subject and a key of a bucket, too. */
export const fleetName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a name is 1 to 63 of a-z, 0-9 and "-", no "-" at its ends')

/** What can be done to clusters of a fleet; `certificates` looks at what they show clients, and who holds VIPs. */
export const operations = ['plan', 'apply', 'verify', 'drift', 'drill', 'deploy', 'certificates'] as const

/** One of them. */
export type Operation = (typeof operations)[number]

/** Those that change something, if only for a time: they are never begun by a schedule that was not signed. */
export function changesSomething(operation: Operation): boolean {
  return operation === 'apply' || operation === 'drill' || operation === 'deploy'
}

/** Those of which it is told how a cluster fares, and alerted where that turns. */
export function tellsHowItFares(operation: Operation): boolean {
  return operation === 'verify' || operation === 'drift' || operation === 'certificates'
}

/** Where a fleet keeps what on the engine. */
export interface Places {
  readonly jobs: string
  readonly events: string
  readonly dead: string
  readonly bundles: string
  readonly buckets: Readonly<Record<BucketName, string>>
}

/** What each bucket is for: see `layout.ts`. */
export const bucketNames = ['about', 'clusters', 'locks', 'results', 'runs', 'state', 'workers'] as const
export type BucketName = (typeof bucketNames)[number]

/** The names of streams and buckets of a fleet. */
export function placesOf(fleet: string): Places {
  const buckets = Object.fromEntries(bucketNames.map((name) => [name, `us-${fleet}-${name}`]))
  return {
    jobs: `us-${fleet}-jobs`,
    events: `us-${fleet}-events`,
    dead: `us-${fleet}-dead`,
    bundles: `us-${fleet}-bundles`,
    buckets: buckets as Record<BucketName, string>,
  }
}

/** The subject of a cluster's job: there is one at most, so that two people cannot have it at once. */
export function jobSubject(fleet: string, site: string, cluster: string): string {
  return `us.${fleet}.job.${site}.${cluster}`
}

/** The subject of an event; what concerns no single cluster stands under `_`. */
export function eventSubject(fleet: string, cluster: string | undefined, run: string): string {
  return `us.${fleet}.event.${cluster ?? '_'}.${run}`
}

/** The subject under which a message is set aside. */
export function deadSubject(fleet: string, site: string): string {
  return `us.${fleet}.dead.${site}`
}

/** The name of a site's consumer: its workers share it. */
export function consumerOf(site: string): string {
  return `site-${site}`
}
