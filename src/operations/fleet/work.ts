import type { KeyPair } from '@nats-io/nkeys'
import type { Envelope } from '../../fleet/envelope.ts'
import type { ResultStatus, WorkerSeen } from '../../fleet/kept.ts'
import type { LeaseTimes } from '../../fleet/lease.ts'
import type { Operation } from '../../fleet/names.ts'
import type { Asked, Subject } from '../../fleet/order.ts'
import type { Engine } from '../../nats/engine.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import type { ConnectionOptions, InventoryOptions } from '../options.ts'
import type { Outbox } from './outbox.ts'
import type { Workplace } from './workplace.ts'

/** Clusters worked on at the same time, by a worker or without one, where it is not said. */
export const usualJobs = 4

/** Everything a worker does its jobs with. */
export interface Work {
  readonly engine: Engine
  readonly fleet: FleetOnEngine
  readonly outbox: Outbox
  readonly workplace: Workplace
  readonly worker: string
  readonly site: string
  readonly version: string
  readonly trusted: ReadonlySet<string>
  /** Opens secrets that were sealed for this site. */
  readonly key: KeyPair | undefined
  readonly connection: ConnectionOptions
  readonly vaultPasswords?: InventoryOptions['vaultPasswords']
  readonly times: LeaseTimes
  /** How often a job may fail before it is dead; workers may die of it three times as often. */
  readonly tries: number
  /** What it is at, by the names of jobs. */
  readonly underWay: Map<string, WorkerSeen['jobs'][number]>
  /** Aborted once the worker is to end: what is under way stops at its next step, and is another worker's. */
  readonly stopping: AbortSignal
  readonly onEvent: (event: WorkerEvent) => void
}

/** A job that was read and found to be in order. */
export interface ReadJob {
  readonly name: string
  readonly run: string
  readonly operation: Operation
  readonly asked: Asked
  readonly by: string
  readonly subject: Subject
  /** What was signed for a schedule, where one asked for it. */
  readonly standing?: Envelope
}

/** A job, as far as it is named. */
export interface NamedJob {
  readonly name: string
  readonly run: string
  readonly operation: Operation
  readonly cluster: string
}

/** What a worker tells of itself. */
export type WorkerEvent =
  | { readonly is: 'worker-ready'; readonly worker: string; readonly site: string; readonly engine: string }
  | { readonly is: 'engine-lost'; readonly why: string }
  | { readonly is: 'engine-back' }
  | {
      readonly is: 'job-begun'
      readonly job: string
      readonly operation: Operation
      readonly attempt: number
    }
  | {
      readonly is: 'job-over'
      readonly job: string
      readonly operation: Operation
      readonly status: ResultStatus
      readonly seconds: number
    }
  | { readonly is: 'job-left'; readonly job: string; readonly why: string }
  | { readonly is: 'set-aside'; readonly why: string }
  | { readonly is: 'warning'; readonly message: string }
