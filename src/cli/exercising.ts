import { randomBytes } from 'node:crypto'
import type { Cluster } from '../cluster/index.ts'
import { type ExerciseOptions, reportedMachines } from '../drill/exercise.ts'
import type { PowerSwitch } from '../drill/hand.ts'
import type { DrillReport, DrillResult } from '../model/drill.ts'
import type { DrillView } from '../report/drill/view.ts'
import type { Examination } from '../verify/verify.ts'
import type { ExerciseFlags } from './options.ts'
import type { SessionPool } from './sessions.ts'

/** What whoever disrupts a cluster works with. */
export interface Exercising {
  readonly pool: SessionPool
  readonly flags: ExerciseFlags
  readonly signal: AbortSignal
  readonly view: DrillView
  readonly power?: PowerSwitch
}

/** How a drill or a handover is carried out, as the flags say. */
export function exerciseOptions({ pool, flags, signal, view, power }: Exercising): ExerciseOptions {
  return {
    session: (host) => pool.session(host),
    now: () => performance.timeOrigin + performance.now(),
    signal,
    stage: (...told) => view.stage(...told),
    id: () => randomBytes(4).toString('hex'),
    interval: flags.interval,
    ...(flags.maxOutage === undefined ? {} : { maxOutage: flags.maxOutage }),
    ...(flags.lasts === undefined ? {} : { lasts: flags.lasts * 1000 }),
    ...(power ? { power } : {}),
  }
}

/** Everything a report shows of what was done to a cluster. */
export function reportOf(
  { name }: Cluster,
  before: Examination,
  results: readonly DrillResult[],
): DrillReport {
  return {
    cluster: name,
    vips: before.expected.vips.map(({ address }) => address),
    machines: reportedMachines(before),
    results,
  }
}
