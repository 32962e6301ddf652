import { z } from 'zod'
import { bundleReference } from './bundle.ts'
import { envelope, firstOf, jsonIn } from './envelope.ts'
import { fleetName, operations, shapeVersion } from './names.ts'

/** An ISO 8601 time in UTC. */
export const moment = z.iso.datetime()

const path = z.string().min(1).max(1000)

/** A secret for one site: only who has the site's key reads it. */
export const sealedSecret = z.strictObject({
  /** The public key that was made for this box alone. */
  sender: z.string().regex(/^X[A-Z2-7]{55}$/),
  box: z.base64().max(100_000),
})

/** Everything that says what a cluster is, and where it stands. */
export const subject = z.strictObject({
  cluster: fleetName,
  site: fleetName,
  labels: z.record(z.string().max(63), z.string().max(63)),
  bundle: bundleReference,
  /** Within the bundle. */
  inventory: z.array(path).min(1).max(20),
  /** Within the bundle; the one that comes with understudy, where absent. */
  playbook: path.optional(),
  limit: z.string().max(1000).optional(),
  /** By the name of the variable that they are to be. */
  secrets: z.record(z.string().regex(/^[A-Za-z_]\w*$/), sealedSecret).optional(),
})

/** The same, typed. */
export type Subject = z.output<typeof subject>

/** What else an operation is told. */
export const asked = z.strictObject({
  tags: z.array(z.string().max(200)).max(100).optional(),
  skipTags: z.array(z.string().max(200)).max(100).optional(),
  extraVars: z.array(z.string().max(10_000)).max(100).optional(),
  drills: z.array(z.string().max(100)).max(100).optional(),
  applications: z.array(z.string().max(200)).max(100).optional(),
  /** Back to the version before, or to the one that is named. */
  rollback: z.union([z.boolean(), z.string().max(200)]).optional(),
  mayDisrupt: z.array(z.string().max(200)).max(100).optional(),
  stealLock: z.boolean().optional(),
  /** Seconds for which a verification looks again at what fails. */
  wait: z.number().min(0).max(3600).optional(),
})

/** The same, typed. */
export type Asked = z.output<typeof asked>

/** What somebody wants done to a cluster now. It is signed. */
export const order = z.strictObject({
  is: z.literal('order'),
  fleet: fleetName,
  run: z.string().regex(/^[0-9a-z-]{1,80}$/),
  operation: z.enum(operations),
  asked,
  subject,
  /** Who wants it, as in `ann@desk`. */
  by: z.string().max(300),
  issued: moment,
  /** Whoever comes later does not begin it. */
  expires: moment,
})

/** The same, typed. */
export type Order = z.output<typeof order>

/** How often something is to be done by itself. */
export const schedule = z.strictObject({
  operation: z.enum(['verify', 'drift', 'certificates', 'drill']),
  /** Seconds between two. */
  every: z
    .int()
    .min(60)
    .max(366 * 86_400),
  asked: asked.optional(),
})

/** The same, typed. */
export type Schedule = z.output<typeof schedule>

/** What is to be done to a cluster by itself from now on. It is signed, and kept in the bucket `clusters`. */
export const standingOrder = z.strictObject({
  is: z.literal('standing-order'),
  fleet: fleetName,
  subject,
  schedules: z.array(schedule).max(20),
  by: z.string().max(300),
  issued: moment,
})

/** The same, typed. */
export type StandingOrder = z.output<typeof standingOrder>

/** A message of the stream of jobs. */
export const job = z.discriminatedUnion('is', [
  z.strictObject({ v: z.literal(shapeVersion), is: z.literal('ordered'), order: envelope }),
  /** By a schedule of a standing order; `slot` numbers its turns. Anybody who may write there can have it done, and nothing else. */
  z.strictObject({
    v: z.literal(shapeVersion),
    is: z.literal('scheduled'),
    standing: envelope,
    operation: schedule.shape.operation,
    slot: z.int().min(0),
  }),
])

/** The same, typed. */
export type Job = z.output<typeof job>

/** What a message of the stream of jobs is: a job, or why it is none. */
export function jobIn(text: string): { readonly job: Job } | { readonly why: string } {
  const value = jsonIn(text)
  if (value === undefined) return { why: 'it is no JSON' }
  const version = z.object({ v: z.unknown() }).safeParse(value)
  if (version.success && version.data.v !== undefined && version.data.v !== shapeVersion)
    return {
      why: `it is of version ${JSON.stringify(version.data.v).slice(0, 40)}, and known here is ${shapeVersion}`,
    }
  const read = job.safeParse(value)
  return read.success ? { job: read.data } : { why: `it is not of a known shape: ${firstOf(read.error)}` }
}

/** The name of a job: the same whoever sends it, and how often. It is the key of its result, too. */
export function jobName(run: string, cluster: string): string {
  return `${run}.${cluster}`
}

/** The name of a turn of a schedule, as that of a run. */
export function scheduledRun(operation: Schedule['operation'], slot: number): string {
  return `every-${operation}-${slot}`
}
