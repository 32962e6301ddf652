import { randomBytes } from 'node:crypto'
import type { Cluster } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import { type ExerciseOptions, reportedMachines } from '../drill/exercise.ts'
import type { Fault } from '../drill/fault.ts'
import type { PowerSwitch } from '../drill/hand.ts'
import type { DrillNotRun, DrillReport, DrillResult } from '../model/drill.ts'
import type { DrillEvent, DrillName } from '../model/drill-event.ts'
import { usualForks } from '../model/forks.ts'
import { type Examination, type Waiting, wholeSoon } from '../verify/verify.ts'
import type { ClusterOptions } from './clusters.ts'
import type { RunConnector } from './connector.ts'
import { uninterrupted } from './interruption.ts'
import { carriersOf, type LockedMachines, type Locking, lockMachines } from './locking.ts'
import type { Following } from './options.ts'
import type { Permission } from './protection.ts'
import type { SessionPool } from './sessions.ts'

/** How a cluster is disrupted on purpose. */
export type DisruptionOptions = ClusterOptions &
  Locking &
  Following<DrillEvent> &
  Permission & {
    /** Milliseconds a client may be left at most, instead of the computed bound. */
    readonly maxOutage?: number
    /** Milliseconds between two requests; 10 where it is not said. */
    readonly interval?: number
    /**
     * Is asked once the cluster was found whole, before anything is disrupted; where it rejects, nothing is. Without it,
     * calling is agreeing. Where the name of the cluster has to be typed, that is what is asked for instead.
     */
    readonly confirm?: (disruption: Disruption) => Promise<void>
  }

/** What somebody agrees to. */
export interface Disruption {
  /** Such as `3 drills`. */
  readonly what: string
  readonly cluster: string
}

/** What a disruption is carried out with. */
interface Means {
  readonly pool: SessionPool
  /** Milliseconds. */
  readonly lasts?: number
  readonly power?: PowerSwitch
}

/** How a drill or a handover is carried out, as the options say. */
export function exerciseOptions(
  { signal = uninterrupted, onEvent, interval = 10, maxOutage }: DisruptionOptions,
  { pool, lasts, power }: Means,
): ExerciseOptions {
  return {
    session: (host) => pool.session(host),
    now: () => performance.timeOrigin + performance.now(),
    signal,
    waiting: waitingFor(onEvent),
    stage: (fault, stage, probes) => onEvent?.({ is: 'drill-stage', drill: nameOf(fault), stage, probes }),
    id: () => randomBytes(4).toString('hex'),
    interval,
    ...(maxOutage === undefined ? {} : { maxOutage }),
    ...(lasts === undefined ? {} : { lasts }),
    ...(power ? { power } : {}),
  }
}

/**
 * Takes a cluster for a disruption of its own. Throws LOCKED at once where another run has it: who measures wants to know
 * when, and who waited would not.
 */
export function lockCluster(
  cluster: Cluster,
  { machines }: Machines,
  connect: RunConnector,
  { forks = usualForks, signal = uninterrupted, stealLock: steal = false, fence, onEvent }: DisruptionOptions,
): Promise<LockedMachines> {
  const warn = (message: string) => onEvent?.({ is: 'drill-warning', message })
  const carriers = carriersOf(cluster, machines)
  const how = { connect, steal, fence, patience: 0, forks, signal, warn, waiting: () => {} }
  return lockMachines({ worked: new Map(), carriers }, how)
}

/** What is seen of a cluster before it is disrupted, once it is whole or had the time to become so. */
export function beforeDisruption(
  cluster: Cluster,
  { signal = uninterrupted, onEvent }: DisruptionOptions,
  pool: SessionPool,
): Promise<Examination> {
  const looking = {
    session: (host: string | undefined) => pool.session(host),
    signal,
    software: true,
  } as const
  return wholeSoon(cluster, looking, waitingFor(onEvent))
}

function waitingFor(onEvent: DisruptionOptions['onEvent']) {
  return (waiting: Waiting): void => onEvent?.({ is: 'drill-waiting', ...waiting })
}

/** Everything a report shows of what was done to a cluster. */
export function reportOf(
  { name }: Cluster,
  before: Examination,
  results: readonly DrillResult[],
  notRun: readonly DrillNotRun[] = [],
): DrillReport {
  return {
    cluster: name,
    vips: before.expected.vips.map(({ address }) => address),
    machines: reportedMachines(before),
    results,
    notRun,
  }
}

/** A drill as far as it is known before it is over. */
export function nameOf({ name, summary, on }: Fault): DrillName {
  return { name, summary, ...(on === undefined ? {} : { on }) }
}
