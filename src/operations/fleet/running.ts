import { randomBytes } from 'node:crypto'
import type { KeyPair } from '@nats-io/nkeys'
import { limited } from '../../engine/limit.ts'
import type { Run } from '../../fleet/kept.ts'
import { changesSomething, type Operation, shapeVersion } from '../../fleet/names.ts'
import type { Asked } from '../../fleet/order.ts'
import type { Outcome } from '../../fleet/outcome.ts'
import { wavesOf } from '../../fleet/waves.ts'
import { Failure } from '../../model/failure.ts'
import { connectEngine, type Engine, type EngineOptions } from '../../nats/engine.ts'
import { tellEvent } from '../../nats/events.ts'
import { type FleetOnEngine, openFleet } from '../../nats/fleet.ts'
import { whoWeAre } from '../connector.ts'
import { uninterrupted } from '../interruption.ts'
import { sendingAtOnce, throughEngine, turnRun } from './dispatching.ts'
import { type Driven, type DrivingEvent, drive } from './driving.ts'
import { engineOf } from './engine-of.ts'
import { readKey } from './keys.ts'
import { openRun } from './open-run.ts'
import { orderFor, subjectOf } from './ordering.ts'
import { refuseClockApart } from './presence.ts'
import { Publisher, type Sending, sendingOf } from './publishing.ts'
import { chosenClusters, type Fleet, type NamedCluster, readFleet } from './reading.ts'

/** What is told of a run of a fleet. */
export type FleetRunEvent =
  | DrivingEvent
  | { readonly is: 'begun'; readonly run: string; readonly waves: readonly (readonly string[])[] }
  | { readonly is: 'warning'; readonly message: string }
  | { readonly is: 'progress'; readonly cluster: string; readonly text: string }
  | { readonly is: 'outcome'; readonly cluster: string; readonly outcome: Outcome }

/** What is to be done to which clusters of a fleet. */
export interface FleetRunOptions {
  readonly file: string
  readonly operation: Operation
  readonly selectors: readonly string[]
  readonly asked: Asked
  /** The share of clusters that may fail before it stops, 0 to 1; a tenth where it is not said. */
  readonly mayFail?: number
  readonly signal?: AbortSignal
  readonly onEvent?: (event: FleetRunEvent) => void
}

/** By workers. */
export type ThroughEngine = {
  readonly engine: Partial<Omit<EngineOptions, 'name'>>
  /** The file with the seed of who signs. */
  readonly signer: string
}

/** How a run ended. */
export type FleetRunResult = Driven & { readonly run: string }

/** Has workers do something to clusters of a fleet, wave after wave. Throws `Failure` for what ends it before anything is begun. */
export async function fleetRun(options: FleetRunOptions & ThroughEngine): Promise<FleetRunResult> {
  const fleet = await readFleet(options.file)
  const chosen = chosenClusters(fleet, options.selectors)
  const key = readKey('signer', options.signer)
  const sending = await sendingOf(fleet, chosen)
  await using engine = await connectEngine({
    ...engineOf(fleet.said, options.file, options.engine),
    name: `understudy fleet ${options.operation}`,
  })
  const there = await openFleet(engine, fleet.said.fleet)
  const run = newRun(options, chosen)
  await writeNew(run, there)
  const { operation, by, selector, waves, started: at } = run
  const event = {
    v: shapeVersion,
    fleet: there.fleet,
    run: run.run,
    operation,
    by,
    at,
    selector,
    waves,
  } as const
  await tellEvent(engine, { ...event, is: 'run-started' }, `${run.run} started`)
  return await driven({ engine, there, fleet, run, chosen, sending, key }, options)
}

/** Takes up a run that was paused, that stopped, or whose driver is gone. Throws INVALID_INPUT where there is none, or it is over. */
export async function fleetResume(
  options: Omit<FleetRunOptions, 'operation' | 'selectors' | 'asked'> &
    ThroughEngine & { readonly run: string },
): Promise<FleetRunResult> {
  const fleet = await readFleet(options.file)
  const key = readKey('signer', options.signer)
  await using engine = await connectEngine({
    ...engineOf(fleet.said, options.file, options.engine),
    name: 'understudy fleet resume',
  })
  const there = await openFleet(engine, fleet.said.fleet)
  const found = await openRun(there, options.run)
  const chosen = chosenClusters(fleet, ['all']).filter(({ cluster }) => found.waves.flat().includes(cluster))
  const sending = await sendingOf(fleet, chosen)
  const run = (await turnRun({ engine, fleet: there }, found.run, { to: 'running', by: whoWeAre() })) ?? found
  const mayFail = options.mayFail ?? (found.is === 'stopped' ? 1 : run.mayFail)
  return await driven({ engine, there, fleet, run: { ...run, mayFail }, chosen, sending, key }, options)
}

type Around = Pick<FleetRunOptions, 'signal' | 'onEvent'>

interface Driving {
  readonly engine: Engine
  readonly there: FleetOnEngine
  readonly fleet: Fleet
  readonly run: Run
  readonly chosen: readonly NamedCluster[]
  readonly sending: Sending
  readonly key: KeyPair
}

/** Throws INVALID_INPUT where our clock and that of the engine are apart: workers would refuse the orders, one by one. */
async function writeNew(run: Run, { buckets }: FleetOnEngine): Promise<void> {
  const before = Date.now()
  await buckets.runs.write(run.run, run, undefined)
  const after = Date.now()
  const kept = await buckets.runs.get(run.run)
  try {
    if (kept) refuseClockApart(kept, { before, after })
  } catch (error) {
    await buckets.runs.remove(run.run)
    throw error
  }
}

/** Where the engine goes away meanwhile, what was sent is carried out all the same, and the run is there. */
async function driven(driving: Driving, around: Around): Promise<FleetRunResult> {
  try {
    return await driveOn(driving, around)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const next = `${error.next === undefined ? '' : `${error.next}. `}Then go on: understudy fleet resume ${driving.run.run}`
    throw new Failure(error.code, error.message, { next, cause: error.cause })
  }
}

async function driveOn(
  { engine, there, fleet, run, chosen, sending, key }: Driving,
  { signal = uninterrupted, onEvent = () => {} }: Around,
): Promise<FleetRunResult> {
  const { by, operation, asked } = run
  const publisher = new Publisher({ fleet, there, bundle: sending.bundle, by, key })
  await publisher.keepBundle()
  const subjectFor = async (one: NamedCluster) =>
    sending.subjects.get(one.cluster) ?? (await subjectOf(fleet, one, sending.bundle))
  // Whoever looks at the fleet sees all of them; what they are to be is told when their turn has come.
  await limited(sendingAtOnce, chosen, async (one) => publisher.introduce(one, await subjectFor(one)))
  onEvent({ is: 'begun', run: run.run, waves: run.waves })
  for (const message of await sitesWithoutWorkers(there, chosen)) onEvent({ is: 'warning', message })
  const dispatch = throughEngine({
    engine,
    fleet: there,
    run,
    signal,
    clusters: new Map(chosen.map((one) => [one.cluster, one])),
    orderOf: async (one) =>
      orderFor(
        { fleet: there.fleet, run: run.run, operation, asked, by },
        await subjectFor(one),
        key,
        Date.now(),
      ),
    publish: async (one) => publisher.publish(one, await subjectFor(one)),
    warn: (message) => onEvent({ is: 'warning', message }),
  })
  return { run: run.run, ...(await drive(run, dispatch, { signal, onEvent })) }
}

async function sitesWithoutWorkers(
  { buckets }: FleetOnEngine,
  chosen: readonly NamedCluster[],
): Promise<readonly string[]> {
  const workers = await buckets.workers.all()
  const served = new Set(workers.map(({ value }) => value.site))
  return [...new Set(chosen.map(({ site }) => site))]
    .filter((site) => !served.has(site))
    .map((site) => `no worker is at ${site}: its jobs wait for one (understudy worker --site ${site})`)
}

/** A run of these clusters that begins now, wave after wave. */
export function newRun(
  { operation, asked, selectors, mayFail = 0.1 }: FleetRunOptions,
  chosen: readonly NamedCluster[],
): Run {
  // What only looks goes to all at once.
  const waves = changesSomething(operation) ? wavesOf(chosen) : [chosen]
  return {
    v: shapeVersion,
    run: `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`,
    operation,
    asked,
    by: whoWeAre(),
    started: new Date().toISOString(),
    selector: [...selectors],
    waves: waves.map((wave) => wave.map(({ cluster }) => cluster)),
    mayFail,
    is: 'running',
  }
}
