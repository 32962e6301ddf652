import { type Cluster, drillsForbidden } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import { faultsFor } from '../drill/catalogue.ts'
import { type ExerciseOptions, exercise, refuseDegraded } from '../drill/exercise.ts'
import type { Fault } from '../drill/fault.ts'
import type { PowerSwitch } from '../drill/hand.ts'
import { noteDrill } from '../drill/noted.ts'
import { NotUndone } from '../drill/undone.ts'
import type { DrillNotRun, DrillReport, DrillResult } from '../model/drill.ts'
import type { DrillEvent, DrillName } from '../model/drill-event.ts'
import { explain, Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import type { Examination } from '../verify/verify.ts'
import { type AllowedDrills, allowedDrills, asksForName, namesOf, stopAfter } from './allowed-drills.ts'
import { chosenDrills } from './chosen-drills.ts'
import { describedCluster } from './clusters.ts'
import { connector, type RunConnector } from './connector.ts'
import {
  beforeDisruption,
  type DisruptionOptions,
  exerciseOptions,
  lockCluster,
  nameOf,
  reportOf,
} from './disruption.ts'
import { stoppedBy, uninterrupted } from './interruption.ts'
import { letGoOfConnections } from './letting-go.ts'
import { commandPower, withoutPower } from './power.ts'
import { permit, refuseUnasked } from './protection.ts'
import { sessionPool } from './sessions.ts'

export type { PowerSwitch } from '../drill/hand.ts'

/** Which drills are carried out, and how. */
export type DrillOptions = DisruptionOptions & {
  /** Names of drills; all that fit the cluster where none is named. */
  readonly drills?: readonly string[]
  /**
   * Realservers that drills strike which strike one, one after the other; `each` stands for all, the first is struck
   * where none is named.
   */
  readonly on?: readonly string[]
  /** Milliseconds each fault lasts, instead of the time its takeover needs; machines heal themselves 5 s later. */
  readonly lasts?: number
  /** Who can cut the power of these directors, where it is not the commands of the inventory. */
  readonly power?: (directors: readonly Host[]) => Promise<PowerSwitch | undefined>
}

/** What drills brought to light; `notRun` has those that were not carried out. */
export interface DrillsResult extends DrillReport {
  /** It was told to stop before all drills were over. */
  readonly interrupted: boolean
  /** What kept drills from being carried out; the last of them may have ended it all. */
  readonly failures: readonly Failure[]
}

/** The drills that fit the cluster of the inventory, the gentlest first. Throws `Failure` on bad input. */
export async function listDrills(options: DrillOptions): Promise<readonly DrillName[]> {
  const { cluster, power } = await described(options)
  return faultsFor(cluster, { power: power !== undefined }).map(nameOf)
}

/**
 * Breaks the cluster on purpose, measures what a client feels, puts everything back: one drill after the other. What
 * cannot be carried out is part of the result, also all of it where the cluster is not whole.
 */
export async function drill(options: DrillOptions): Promise<DrillsResult> {
  const found = await described(options)
  const { cluster, machines, power } = found
  const { allowed: chosen, refused } = allowedNow(found, options)
  const asks = asksForName(cluster)
  if (asks) refuseUnasked(cluster, chosen.map(inOneLine), found, options)
  const connect = await connector(options, `drill ${chosen.map(({ name }) => name).join(', ')}`)
  const { signal: told = uninterrupted, onEvent = () => {}, lasts, confirm } = options
  options.onSecrets?.(new Set(connect.secrets))
  await using locked = await lockCluster(cluster, found, connect, options)
  const { taken } = locked
  const signal = AbortSignal.any([told, taken])
  await using pool = sessionPool(machines, locked.open, signal)
  const before = await beforeDisruption(cluster, { ...options, signal }, pool).catch((error) => {
    throw stoppedBy(error, told, taken)
  })
  taken.throwIfAborted()
  const report = (course: Course): DrillsResult => ({
    ...reportOf(cluster, before, course.results, [
      ...course.notRun,
      ...refused.map(({ fault, failure }) => notRun(fault, failure)),
    ]),
    interrupted: told.aborted,
    failures: course.failures,
  })
  const degraded = failureOf(() => refuseDegraded(before))
  if (degraded) return report(nothingDone(chosen, degraded))
  if (asks) await permit(cluster, chosen.map(inOneLine), found, options)
  else await confirm?.({ what: namesOf(chosen), cluster: cluster.name })
  // What a handover a short while ago has left would hide what a crash does to connections.
  const directors = cluster.directors.map(({ host }) => host)
  await letGoOfConnections(directors, pool, signal).catch((error) => {
    throw stoppedBy(error, told, taken)
  })
  const exercising = exerciseOptions({ ...options, signal }, { pool, lasts, power: power?.(connect) })
  // While somebody was thinking about an answer, much may have happened.
  const known = confirm || asks ? undefined : before
  return report(await carryOut(chosen, found, { ...exercising, told, taken }, known, onEvent))
}

/**
 * Throws INVALID_INPUT where one of these drills does not exist, does not fit the cluster, or may not be carried out now; asks
 * no machine. With `agree` the name of a protected cluster is typed at once: returned are the clusters that may be disrupted.
 */
export async function checkDrills(
  options: DrillOptions & { readonly agree: boolean },
): Promise<readonly string[]> {
  const { mayDisrupt = [] } = options
  const found = await described(options)
  const { allowed } = allowedNow(found, options)
  if (!options.agree || !asksForName(found.cluster)) return mayDisrupt
  await permit(found.cluster, allowed.map(inOneLine), found, options)
  return [...mayDisrupt, found.cluster.name]
}

function allowedNow(found: Described, options: DrillOptions): AllowedDrills {
  const chosen = chosenDrills(found.cluster, { ...options, power: found.power !== undefined })
  return allowedDrills(chosen, found, options, Date.now())
}

function inOneLine({ name, summary, on }: Fault): string {
  return `${name}${on === undefined ? '' : ` on ${on}`}: ${summary}`
}

/** The cluster, and how the switch for the power of its directors is got, where there is one. */
interface Described extends Machines {
  readonly cluster: Cluster
  readonly power: ((connect: RunConnector) => PowerSwitch) | undefined
}

async function described(options: DrillOptions): Promise<Described> {
  const found = await describedCluster(options)
  const { cluster, machines } = found
  const given = await options.power?.(cluster.directors.flatMap(({ host }) => machines.get(host) ?? []))
  if (given) return { ...found, power: () => given }
  if (withoutPower(cluster).length > 0) return { ...found, power: undefined }
  return {
    ...found,
    power: ({ open }) =>
      commandPower(cluster, {
        logIn: async (name) => {
          const host = machines.get(name)
          // Also after Ctrl-C: what was switched off has to come back.
          if (host) await (await open(host, uninterrupted))[Symbol.asyncDispose]()
        },
      }),
  }
}

/** What came of the drills so far. */
interface Course {
  readonly results: readonly DrillResult[]
  readonly notRun: readonly DrillNotRun[]
  readonly failures: readonly Failure[]
}

function nothingDone(chosen: readonly Fault[], failure: Failure): Course {
  return { results: [], notRun: chosen.map((fault) => notRun(fault, failure)), failures: [failure] }
}

function notRun(fault: Fault, failure: Failure): DrillNotRun {
  return { ...nameOf(fault), reason: explain(failure) }
}

/**
 * One after the other, the first on a cluster `known` to be whole; what one leaves behind that is not ends them all. A
 * drill that these machines cannot do, and that was put back, ends itself alone.
 */
async function carryOut(
  chosen: readonly Fault[],
  found: Described,
  options: ExerciseOptions & { readonly told: AbortSignal; readonly taken: AbortSignal },
  known: Examination | undefined,
  onEvent: (event: DrillEvent) => void,
): Promise<Course> {
  const results: DrillResult[] = []
  const left: DrillNotRun[] = []
  const failures: Failure[] = []
  for (const [index, fault] of chosen.entries()) {
    const rest = chosen.slice(index)
    const before = index === 0 ? { known } : { after: chosen[index - 1]?.name }
    // A window may close while drills are carried out, or somebody thinks about an answer.
    const closed = drillsForbidden(found.cluster, namesOf(rest), Date.now())
    if (closed) {
      const failure = found.failureOf(closed)
      return {
        results,
        notRun: [...left, ...rest.map((one) => notRun(one, failure))],
        failures: [...failures, failure],
      }
    }
    try {
      options.signal.throwIfAborted()
      const result = await exercise(found.cluster, fault, options, before)
      // What another run did meanwhile is in the figures.
      options.taken.throwIfAborted()
      results.push(result)
      await noteDrill(found.cluster, result, options)
      onEvent({ is: 'drill-result', result })
      const stop = stopAfter(fault, result, found)
      if (!stop) continue
      left.push(...rest.slice(1).map((one) => notRun(one, stop)))
      failures.push(stop)
      break
    } catch (error) {
      const failure = reasonFor(stoppedBy(error, options.told, options.taken), options.told)
      const alone = itselfAlone(failure)
      left.push(...(alone ? [fault] : rest).map((one) => notRun(one, failure)))
      if (failure.code !== 'INTERRUPTED') failures.push(failure)
      if (!alone) break
    }
  }
  return { results, notRun: left, failures }
}

/** Why a drill was not carried out. Throws what is no `Failure`: a defect. */
function reasonFor(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted && !(error instanceof NotUndone)) return new Failure('INTERRUPTED', 'interrupted')
  if (error instanceof Failure) return error
  throw error
}

function itselfAlone(failure: Failure): boolean {
  return ['INVALID_INPUT', 'STEP_FAILED'].includes(failure.code) && !(failure instanceof NotUndone)
}

function failureOf(work: () => void): Failure | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}
