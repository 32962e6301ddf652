import { resolve } from 'node:path'
import type { Run } from '../../fleet/kept.ts'
import type { Operation } from '../../fleet/names.ts'
import type { Outcome } from '../../fleet/outcome.ts'
import { Failure } from '../../model/failure.ts'
import { connectEngine, type Engine, type EngineOptions } from '../../nats/engine.ts'
import { openFleet } from '../../nats/fleet.ts'
import { whoWeAre } from '../connector.ts'
import { uninterrupted } from '../interruption.ts'
import type { ConnectionOptions, InventoryOptions } from '../options.ts'
import { carryOut } from './carry-out.ts'
import { type ClusterResult, type Dispatch, drive } from './driving.ts'
import { engineOf } from './engine-of.ts'
import { readKey } from './keys.ts'
import { secretsOf } from './ordering.ts'
import { Publisher, type Sending, sendingOf } from './publishing.ts'
import { chosenClusters, type Fleet, type NamedCluster, readFleet } from './reading.ts'
import { type FleetRunOptions, type FleetRunResult, newRun } from './running.ts'
import { usualJobs } from './work.ts'

/** In this process. */
export type InProcess = {
  readonly connection: ConnectionOptions
  readonly vaultPasswords?: InventoryOptions['vaultPasswords']
  /** The engine whose workers are told, where there is one. */
  readonly engine: Partial<Omit<EngineOptions, 'name'>>
  /** The file with the seed of who signs what they are told. */
  readonly signer?: string | undefined
}

/** What leaves clusters otherwise than they were, and than workers know. */
const leavesOtherwise: readonly Operation[] = ['apply', 'deploy']

/**
 * Does something to clusters of a fleet in this process; waves are those of the engine. Where there is one, its workers are told what was
 * made of each cluster, so that none of it is drift to them; an engine that is away, as it may well be where somebody does so, stops nothing.
 */
export async function fleetRunHere(options: FleetRunOptions & InProcess): Promise<FleetRunResult> {
  const { operation, asked, connection, vaultPasswords, signal = uninterrupted, onEvent = () => {} } = options
  const fleet = await readFleet(options.file)
  const chosen = chosenClusters(fleet, options.selectors)
  const run = newRun(options, chosen)
  onEvent({ is: 'begun', run: run.run, waves: run.waves })
  await using telling = await LateTelling.of(fleet, chosen, options)
  const over = new Map<string, ClusterResult>()
  const clusters = new Map(chosen.map((one) => [one.cluster, one]))
  let told: Run['is'] = 'running'
  const dispatch: Dispatch = {
    every: 1,
    atOnce: usualJobs,
    async begin(cluster) {
      const one = clusters.get(cluster)
      if (!one) return undefined
      const task = {
        operation,
        asked,
        folder: fleet.folder,
        inventory: one.inventory.map((path) => resolve(fleet.folder, path)),
        playbook: one.playbook === undefined ? undefined : resolve(fleet.folder, one.playbook),
        limit: one.limit,
        secrets: await secretsOf(one, fleet.folder),
      }
      const onProgress = (text: string, host?: string) =>
        onEvent({ is: 'progress', cluster, text: host === undefined ? text : `${host}: ${text}` })
      const outcome = await carryOut(task, { connection, vaultPasswords, signal, onProgress })
      onEvent({ is: 'outcome', cluster, outcome })
      const [first] = outcome.failures
      const changed = outcome.changes.filter((change) => change.outcome === 'changed').length
      const { status, seconds } = outcome
      if (leavesOtherwise.includes(operation) && isWell(status)) await telling?.tell(one)
      over.set(cluster, { cluster, status, seconds, changed, ...(first ? { why: first.message } : {}) })
      return over.get(cluster)
    },
    wave: async () => {},
    results: async () => over,
    told: async () => told,
    turn: async (to) => {
      told = to
    },
  }
  const driven = await drive(run, dispatch, { signal, onEvent })
  if (telling?.untold !== undefined) onEvent({ is: 'warning', message: telling.untold })
  return { run: run.run, ...driven }
}

function isWell(status: Outcome['status']): boolean {
  return status === 'changed' || status === 'fine'
}

/** Tells workers what clusters are to be once that was done here; what cannot be told is remembered, and fails nothing. */
class LateTelling implements AsyncDisposable {
  readonly #fleet: Fleet
  readonly #options: Pick<InProcess & FleetRunOptions, 'file' | 'engine' | 'signer'>
  /** The files as they were when the run began, or why they cannot travel. */
  readonly #sending: Sending | Failure
  #engine: Engine | undefined
  #publisher: Promise<Publisher> | undefined
  #why: Failure | undefined
  readonly #left: string[] = []

  /** Nothing where nobody has to be told. */
  static async of(
    fleet: Fleet,
    chosen: readonly NamedCluster[],
    options: InProcess & FleetRunOptions,
  ): Promise<LateTelling | undefined> {
    const { engine, operation } = options
    const isNamed = (engine.servers ?? fleet.said.engine ?? []).length > 0
    if (!isNamed || !leavesOtherwise.includes(operation)) return undefined
    return new LateTelling(fleet, options, await sendingOf(fleet, chosen).catch(failureOrThrow))
  }

  private constructor(
    fleet: Fleet,
    options: Pick<InProcess & FleetRunOptions, 'file' | 'engine' | 'signer'>,
    sending: Sending | Failure,
  ) {
    this.#fleet = fleet
    this.#options = options
    this.#sending = sending
  }

  /** Which clusters workers hold to what they were told before, why, and what to do; nothing where there is none. */
  get untold(): string | undefined {
    if (this.#left.length === 0) return undefined
    const names = this.#left.toSorted().join(' ')
    return `workers were not told what was made here of ${names}, and take it for drift: ${this.#why?.message}; once they can be: understudy fleet plan ${names}`
  }

  async tell(one: NamedCluster): Promise<void> {
    // An engine that was away is not waited for again and again.
    if (!this.#why) this.#why = await this.#tell(one).then(() => undefined, failureOrThrow)
    if (this.#why) this.#left.push(one.cluster)
  }

  async #tell(one: NamedCluster): Promise<void> {
    if (this.#sending instanceof Failure) throw this.#sending
    const subject = this.#sending.subjects.get(one.cluster)
    this.#publisher ??= this.#open(this.#sending)
    const publisher = await this.#publisher
    if (subject) await publisher.publish(one, subject)
  }

  async #open({ bundle }: Sending): Promise<Publisher> {
    const { file, engine, signer } = this.#options
    if (signer === undefined)
      throw new Failure('INVALID_INPUT', 'nothing says with which key that is signed (--key)')
    const key = readKey('signer', signer)
    const { said } = this.#fleet
    this.#engine = await connectEngine({ ...engineOf(said, file, engine), name: 'understudy fleet --here' })
    const there = await openFleet(this.#engine, said.fleet)
    const publisher = new Publisher({ fleet: this.#fleet, there, bundle, by: whoWeAre(), key })
    await publisher.keepBundle()
    return publisher
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]()
  }
}

function failureOrThrow(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
