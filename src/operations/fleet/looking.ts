import type { DeadMessage, FleetEvent } from '../../fleet/event.ts'
import { clustersOf } from '../../fleet/file.ts'
import type { ClusterState, Run, WorkerSeen } from '../../fleet/kept.ts'
import type { LeaseHolder } from '../../fleet/lease.ts'
import { Failure } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import { suggestion } from '../../model/suggest.ts'
import { connectEngine, type Engine, type EngineOptions } from '../../nats/engine.ts'
import { deadOf, eventsOf } from '../../nats/events.ts'
import { type FleetOnEngine, openFleet } from '../../nats/fleet.ts'
import { whoWeAre } from '../connector.ts'
import { turnRun } from './dispatching.ts'
import { engineOf } from './engine-of.ts'
import { openRun } from './open-run.ts'
import { type Fleet, readFleet } from './reading.ts'

/** Which fleet, and where its engine is. */
export interface FleetOptions {
  readonly file: string
  readonly engine: Partial<Omit<EngineOptions, 'name'>>
}

/** A cluster of a fleet as it was last seen. */
export interface ClusterLine {
  readonly cluster: string
  readonly site: string
  readonly labels: Readonly<Record<string, string>>
  /** Absent: nothing was done to it yet. */
  readonly state?: ClusterState
  /** Who has it right now. */
  readonly holder?: LeaseHolder
}

/** All of a fleet, at a glance. */
export interface FleetStatus {
  readonly fleet: string
  readonly clusters: readonly ClusterLine[]
  readonly workers: readonly WorkerSeen[]
  /** Runs that are not over. */
  readonly runs: readonly Run[]
}

/** What was last seen of all clusters, workers that are there, and runs under way; asks no machine. */
export async function fleetStatus(options: FleetOptions): Promise<FleetStatus> {
  return withFleet(options, lookAt)
}

/** The same again and again, every so many milliseconds over one connection, until the signal. */
export async function* watchFleet(
  options: FleetOptions & { readonly every: number; readonly signal: AbortSignal },
): AsyncGenerator<FleetStatus> {
  const { setTimeout: pause } = await import('node:timers/promises')
  const fleet = await readFleet(options.file)
  await using engine = await opened(fleet, options)
  const there = await openFleet(engine, fleet.said.fleet)
  while (!options.signal.aborted) {
    yield await lookAt({ engine, fleet, there })
    await pause(options.every, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

interface Looking {
  readonly engine: Engine
  readonly fleet: Fleet
  readonly there: FleetOnEngine
}

/** What was last seen of a fleet, over a connection that is there. */
export async function lookAt({ fleet, there }: Looking): Promise<FleetStatus> {
  const { state, locks, workers, runs } = there.buckets
  const [states, leases, seen, all] = await Promise.all([state.all(), locks.all(), workers.all(), runs.all()])
  const stateOf = new Map(states.map(({ key, value }) => [key, value]))
  const holderOf = new Map(leases.map(({ key, value }) => [key, value.holder]))
  return {
    fleet: fleet.said.fleet,
    clusters: clustersOf(fleet.said).map(({ cluster, site, labels }) => {
      const [found, holder] = [stateOf.get(cluster), holderOf.get(cluster)]
      return { cluster, site, labels, ...(found ? { state: found } : {}), ...(holder ? { holder } : {}) }
    }),
    workers: seen.map(({ value }) => value),
    runs: all.map(({ value }) => value).filter(({ is }) => is !== 'done' && is !== 'aborted'),
  }
}

/** Which part of the history is told. */
export type HistoryAsked = FleetOptions & {
  readonly cluster?: string | undefined
  readonly run?: string | undefined
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined
}

/** Who did what to which cluster when, and what came of it: everything that was told, the oldest first. */
export async function* fleetHistory(options: HistoryAsked): AsyncGenerator<FleetEvent> {
  const fleet = await readFleet(options.file)
  await using engine = await opened(fleet, options)
  await openFleet(engine, fleet.said.fleet)
  const { cluster, run, since } = options
  let isEmpty = true
  for await (const event of eventsOf(engine, { fleet: fleet.said.fleet, cluster, run, since })) {
    isEmpty = false
    yield event
  }
  if (isEmpty && cluster !== undefined) refuseUnknown(cluster, fleet)
}

/** One that is in the file no more has a history, too. */
function refuseUnknown(cluster: string, { said }: Fleet): void {
  const known = clustersOf(said).map((one) => one.cluster)
  if (known.includes(cluster)) return
  throw new Failure('INVALID_INPUT', `the fleet ${said.fleet} has no cluster ${quoted(cluster)}`, {
    next: suggestion(cluster, known) ?? 'understudy fleet status shows its clusters',
  })
}

/** What one run did. Throws INVALID_INPUT where nothing of it is known. */
export async function fleetLog(
  options: FleetOptions & { readonly run: string },
): Promise<readonly FleetEvent[]> {
  const events: FleetEvent[] = []
  for await (const event of fleetHistory(options)) events.push(event)
  if (events.length > 0) return events
  throw new Failure('INVALID_INPUT', `nothing is known of a run ${options.run}`, {
    next: 'understudy fleet history shows runs',
  })
}

/** Messages that nobody carries out, and why. */
export async function fleetDead(options: FleetOptions): Promise<readonly DeadMessage[]> {
  return withFleet(options, ({ engine, fleet }) => deadOf(engine, fleet.said.fleet))
}

/** Has a run pause after what is under way, or end. Throws INVALID_INPUT where there is none, or it is over. */
export async function fleetTurn(
  options: FleetOptions & { readonly run: string; readonly to: 'paused' | 'aborted' },
): Promise<Run> {
  return withFleet(options, async ({ engine, there }) => {
    const found = await openRun(there, options.run)
    return (await turnRun({ engine, fleet: there }, options.run, { to: options.to, by: whoWeAre() })) ?? found
  })
}

/** Connects to the engine of a fleet. Throws UNREACHABLE, AUTHENTICATION_FAILED or INVALID_INPUT. */
export async function opened(fleet: Fleet, { file, engine }: FleetOptions): Promise<Engine> {
  return connectEngine({ ...engineOf(fleet.said, file, engine), name: 'understudy fleet' })
}

async function withFleet<Result>(
  options: FleetOptions,
  look: (looking: Looking) => Promise<Result>,
): Promise<Result> {
  const fleet = await readFleet(options.file)
  await using engine = await opened(fleet, options)
  const there = await openFleet(engine, fleet.said.fleet)
  return await look({ engine, fleet, there })
}
