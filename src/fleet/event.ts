import { z } from 'zod'
import { fleetName, operations, shapeVersion } from './names.ts'
import { moment } from './order.ts'
import { outcome } from './outcome.ts'

const whatever = {
  v: z.literal(shapeVersion),
  at: moment,
  fleet: fleetName,
  run: z.string().max(80),
} as const
const byWhom = { operation: z.enum(operations), by: z.string().max(300) } as const
const ofJob = {
  ...whatever,
  ...byWhom,
  cluster: fleetName,
  site: fleetName,
  job: z.string().max(200),
} as const
const atWorker = { ...ofJob, worker: z.string().max(300), attempt: z.int().min(1) } as const
const text = z.string().max(20_000)

/** What about a cluster may turn, and alerts somebody once each time it does. */
export const alertSubjects = ['health', 'drift', 'certificate', 'drill', 'reachable'] as const

/**
 * Everything that is told of a fleet: who did what to which cluster when, and what came of it. A message of the stream of
 * events; its subject is `eventSubject`.
 */
export const fleetEvent = z.discriminatedUnion('is', [
  z.strictObject({
    ...whatever,
    ...byWhom,
    is: z.literal('run-started'),
    selector: z.array(z.string().max(1000)),
    /** The clusters of each wave, in its order. */
    waves: z.array(z.array(fleetName)),
  }),
  z.strictObject({
    ...whatever,
    ...byWhom,
    is: z.literal('wave-started'),
    wave: z.int().min(1),
    clusters: z.int(),
  }),
  z.strictObject({
    ...whatever,
    ...byWhom,
    is: z.literal('run-turned'),
    /** What it was told, or how it ended: `stopped` by too many failures. */
    to: z.enum(['running', 'paused', 'aborted', 'stopped', 'done']),
    why: text.optional(),
  }),
  z.strictObject({ ...ofJob, is: z.literal('job-queued') }),
  z.strictObject({ ...atWorker, is: z.literal('job-started'), fence: z.string().max(60) }),
  z.strictObject({
    ...atWorker,
    is: z.literal('job-progress'),
    host: z.string().max(300).optional(),
    text,
  }),
  z.strictObject({ ...atWorker, is: z.literal('job-finished'), outcome }),
  /** It was not begun: its run was aborted, or nobody came in time. */
  z.strictObject({ ...ofJob, is: z.literal('job-withdrawn'), why: text }),
  /** It was begun so many times and never came to its end: it lies in the stream of the dead. */
  z.strictObject({ ...ofJob, is: z.literal('job-dead'), attempts: z.int(), why: text }),
  /** A message that is no job: it lies in the stream of the dead. */
  z.strictObject({ ...whatever, is: z.literal('message-set-aside'), site: fleetName, why: text }),
  z.strictObject({
    ...whatever,
    is: z.literal('alert'),
    cluster: fleetName,
    site: fleetName,
    about: z.enum(alertSubjects),
    /** Whether it is bad now; otherwise it is good again. */
    bad: z.boolean(),
    from: text,
    to: text,
  }),
])

/** The same, typed. */
export type FleetEvent = z.output<typeof fleetEvent>

/** What lies in the stream of the dead: a message, and why nobody carries it out. */
export const deadMessage = z.strictObject({
  v: z.literal(shapeVersion),
  at: moment,
  fleet: fleetName,
  site: fleetName,
  /** `failed`: begun as often as may be; `refused`: not signed by whom it has to be; `poisoned`: no job at all. */
  is: z.enum(['failed', 'refused', 'poisoned']),
  why: text,
  attempts: z.int().min(1),
  job: z.string().max(200).optional(),
  subject: z.string().max(500),
  /** The beginning of the message as it was, in base64. */
  message: z.base64(),
})

/** The same, typed. */
export type DeadMessage = z.output<typeof deadMessage>
