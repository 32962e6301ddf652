import { z } from 'zod'
import { fleetName, operations, shapeVersion } from './names.ts'
import { asked, moment } from './order.ts'
import { picture, statuses } from './outcome.ts'

const version = z.literal(shapeVersion)
const operation = z.enum(operations)

/** What is said of the fleet itself, in the bucket `about` under `fleet`. */
export const aboutFleet = z.strictObject({
  v: version,
  fleet: fleetName,
  /** The sites that its file names: a worker of another one has nothing to do. */
  sites: z.array(fleetName),
  made: moment,
})

/** How far a run is, in the bucket `runs` under its name. */
export const runShape = z.strictObject({
  v: version,
  run: z.string().max(80),
  operation,
  asked,
  by: z.string().max(300),
  started: moment,
  selector: z.array(z.string().max(1000)),
  waves: z.array(z.array(fleetName)),
  /** The share of clusters that may fail, 0 to 1. */
  mayFail: z.number().min(0).max(1),
  is: z.enum(['running', 'paused', 'aborted', 'stopped', 'done']),
  why: z.string().max(2000).optional(),
})

/** The same, typed. */
export type Run = z.output<typeof runShape>

/** That a job is over, in the bucket `results` under its name: who finds it does not begin it again. */
export const resultShape = z.strictObject({
  v: version,
  job: z.string().max(200),
  run: z.string().max(80),
  cluster: fleetName,
  operation,
  status: z.enum([...statuses, 'withdrawn', 'dead']),
  at: moment,
  seconds: z.number(),
  worker: z.string().max(300),
  changed: z.int(),
  /** The first thing that went wrong. */
  why: z.string().max(2000).optional(),
})

/** The same, typed. */
export type Result = z.output<typeof resultShape>

/** How a job ended. */
export type ResultStatus = Result['status']

const seen = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ at: moment, ...shape })

/** What was last seen of a cluster, in the bucket `state` under its name. */
export const clusterState = z.strictObject({
  v: version,
  cluster: fleetName,
  site: fleetName,
  labels: z.record(z.string(), z.string()),
  /** By what was last done that tells of it; `unknown` until then. */
  health: z.enum(['well', 'ill', 'unreachable', 'unknown']),
  since: moment,
  picture: seen({ picture }).optional(),
  drift: seen({ count: z.int() }).optional(),
  drill: seen({ passed: z.boolean(), names: z.array(z.string().max(300)) }).optional(),
  /** By operation. */
  last: z.partialRecord(
    operation,
    seen({
      run: z.string().max(80),
      status: z.enum(statuses),
      by: z.string().max(300),
      worker: z.string().max(300),
      seconds: z.number(),
      changed: z.int(),
    }),
  ),
})

/** The same, typed. */
export type ClusterState = z.output<typeof clusterState>

/** A worker that is there, in the bucket `workers` under its name; forgotten when it says no more. */
export const workerShape = z.strictObject({
  v: version,
  worker: z.string().max(300),
  site: fleetName,
  version: z.string().max(40),
  started: moment,
  /** Its public key for secrets, where it has one. */
  key: z.string().max(60).optional(),
  /** The jobs that it is at. */
  jobs: z.array(z.strictObject({ job: z.string().max(200), cluster: fleetName, operation, since: moment })),
})

/** The same, typed. */
export type WorkerSeen = z.output<typeof workerShape>
