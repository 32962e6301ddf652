import type { Cluster } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import { faults, faultsFor } from '../drill/catalogue.ts'
import { type ExerciseOptions, exercise, refuseDegraded } from '../drill/exercise.ts'
import type { Fault } from '../drill/fault.ts'
import type { PowerSwitch } from '../drill/hand.ts'
import type { DrillReport, DrillResult } from '../model/drill.ts'
import type { DrillEvent, DrillName } from '../model/drill-event.ts'
import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import { didYouMean } from '../model/suggest.ts'
import { type Examination, examine } from '../verify/verify.ts'
import { describedCluster } from './clusters.ts'
import { connector } from './connector.ts'
import { type DisruptionOptions, exerciseOptions, reportOf } from './disruption.ts'
import { uninterrupted } from './interruption.ts'
import { sessionPool } from './sessions.ts'

export type { PowerSwitch } from '../drill/hand.ts'

/** Which drills are carried out, and how. */
export type DrillOptions = DisruptionOptions & {
  /** Names of drills; all that fit the cluster where none is named. */
  readonly drills?: readonly string[]
  /** Milliseconds each fault lasts, instead of the time its takeover needs; machines heal themselves 5 s later. */
  readonly lasts?: number
  /** Who can cut the power of these directors; some drills fit only where somebody can. */
  readonly power?: (directors: readonly Host[]) => Promise<PowerSwitch | undefined>
}

/** What drills brought to light. */
export interface DrillsResult extends DrillReport {
  /** It was told to stop before all drills were over. */
  readonly interrupted: boolean
}

/** The drills that fit the cluster of the inventory, the gentlest first. Throws `Failure` on bad input. */
export async function listDrills(options: DrillOptions): Promise<readonly DrillName[]> {
  const { fitting } = await chosenDrills(options)
  return fitting.map(({ name, summary }) => ({ name, summary }))
}

/**
 * Breaks the cluster on purpose, measures what a client feels, puts everything back: one drill after the other. Throws
 * VERIFICATION_FAILED where the cluster is not whole before a drill.
 */
export async function drill(options: DrillOptions): Promise<DrillsResult> {
  const { cluster, machines, secrets, chosen, power } = await chosenDrills(options)
  const connect = await connector(options)
  const { signal = uninterrupted, onEvent = () => {}, lasts, confirm } = options
  options.onSecrets?.(new Set([...secrets, ...connect.secrets]))
  await using pool = sessionPool(machines, connect.open, signal)
  const before = await examine(cluster, { session: (host) => pool.session(host), signal, software: true })
  refuseDegraded(before)
  await confirm?.({ what: namesOf(chosen), cluster: cluster.name })
  const exercising = exerciseOptions(options, { pool, lasts, power })
  // While somebody was thinking about an answer, much may have happened.
  const known = confirm ? undefined : before
  const results = await carryOut(chosen, cluster, exercising, known, onEvent)
  return { ...reportOf(cluster, before, results), interrupted: signal.aborted }
}

/** The cluster, what fits it, and what of that is wished for. */
interface Chosen extends Machines {
  readonly cluster: Cluster
  readonly fitting: readonly Fault[]
  readonly chosen: readonly Fault[]
  readonly power: PowerSwitch | undefined
}

async function chosenDrills(options: DrillOptions): Promise<Chosen> {
  const described = await describedCluster(options)
  const { cluster, machines } = described
  const power = await options.power?.(cluster.directors.flatMap(({ host }) => machines.get(host) ?? []))
  const fitting = faultsFor(cluster, { power: power !== undefined })
  return { ...described, power, fitting, chosen: choose(options.drills ?? [], fitting) }
}

/** One after the other, the first on a cluster `known` to be whole; what one leaves behind that is not ends them all. */
async function carryOut(
  chosen: readonly Fault[],
  cluster: Cluster,
  options: ExerciseOptions,
  known: Examination | undefined,
  onEvent: (event: DrillEvent) => void,
): Promise<readonly DrillResult[]> {
  const { signal } = options
  const results: DrillResult[] = []
  for (const [index, fault] of chosen.entries()) {
    if (signal.aborted) break
    try {
      const result = await exercise(cluster, fault, options, index === 0 ? known : undefined)
      results.push(result)
      onEvent({ is: 'drill-result', result })
    } catch (error) {
      if (signal.aborted) break
      throw error
    }
  }
  return results
}

function choose(names: readonly string[], fitting: readonly Fault[]): readonly Fault[] {
  if (names.length === 0) return fitting
  return names.map((name) => {
    const found = fitting.find((fault) => fault.name === name)
    if (found) return found
    const exists = faults.some((fault) => fault.name === name)
    const meant = didYouMean(
      name,
      fitting.map((fault) => fault.name),
    )
    throw new Failure(
      'INVALID_INPUT',
      exists ? `the drill ${name} needs a cluster or machines of another kind` : `there is no drill ${name}`,
      {
        next: meant && !exists ? `did you mean "${meant}"?` : 'understudy drill --list shows those that fit',
      },
    )
  })
}

function namesOf(chosen: readonly Fault[]): string {
  return chosen.length === 1 ? `the drill ${chosen[0]?.name}` : `${chosen.length} drills`
}
