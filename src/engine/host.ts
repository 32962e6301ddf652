import { randomBytes } from 'node:crypto'
import type { Change } from '../model/change.ts'
import type { Emit, HostOutcome, HostRecap } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import { changeOf } from '../model/plan.ts'
import type { Registered, Resource } from '../model/resource.ts'
import { queryKey } from '../model/sensor.ts'
import type { Frame, Session } from '../model/session.ts'
import { type Ask, buildProgram, type StepScript } from '../shell/program.ts'
import { type Answers, readAnswer } from '../shell/questions.ts'
import { factsQuery, questionsOf, stillHolding, unanswered } from './inspect.ts'
import { type HostPlanning, type PlayTasks, planHost } from './plan.ts'

/** Opens the one connection of a host. */
export type Connect = (host: Host, signal: AbortSignal) => Promise<Session>

/** Frames of steps are handed on; answers are kept here. */
export type OnStepFrame = (frame: Extract<Frame, { is: 'step-started' | 'step-finished' }>) => void

/** One host during one run: its connection, what it answered, and what was done to it. */
export class HostRun {
  readonly host: Host
  readonly plays: readonly PlayTasks[]
  /** Keys of steps carried out, and how often each changed something. */
  readonly done = new Map<string, number>()
  readonly registered = new Map<string, Registered>()
  readonly #emit: Emit
  #session: Session | undefined
  #closedTrips = 0
  #answers: Answers = new Map()
  #failure: Failure | undefined
  #seconds = 0
  #failed = 0
  #interrupted = false

  constructor(host: Host, plays: readonly PlayTasks[], emit: Emit) {
    this.host = host
    this.plays = plays
    this.#emit = emit
  }

  get facts(): Facts | undefined {
    return this.#answers.get(queryKey(factsQuery)) as Facts | undefined
  }

  get failure(): Failure | undefined {
    return this.#failure
  }

  /** The host takes no further part in the run. */
  get stopped(): boolean {
    return this.#failure !== undefined || this.#interrupted
  }

  /** Connects; `connect` throws UNREACHABLE and its kin. */
  async open(connect: Connect, signal: AbortSignal): Promise<void> {
    const since = performance.now()
    await this.close()
    this.#session = await connect(this.host, signal)
    this.#emit({ is: 'host-connected', host: this.host.name, milliseconds: performance.now() - since })
  }

  async close(): Promise<void> {
    this.#closedTrips += this.#session?.trips ?? 0
    await this.#session?.[Symbol.asyncDispose]()
    this.#session = undefined
  }

  /**
   * One trip: the steps, if any, then the questions of these resources and of the host's facts: all of them, or those
   * whose answers the steps have `disturbed`. Throws CONNECTION_LOST, INSPECTION_FAILED; a failed step is no exception
   * but a frame.
   */
  async trip(
    resources: Iterable<Resource>,
    signal: AbortSignal,
    work: {
      steps?: readonly StepScript[]
      disturbed?: Change['disturbs']
      exclusive?: boolean
      onStep?: OnStepFrame
    } = {},
  ): Promise<void> {
    const since = performance.now()
    const { disturbed = 'everything', ...parts } = work
    const queries = questionsOf(resources)
    const holding = stillHolding(this.#answers, queries, disturbed)
    const asks = unanswered(queries, holding)
    const program = buildProgram(randomBytes(12).toString('hex'), { asks, ...parts })
    const answers = new Map(work.steps ? holding : this.#answers)
    for await (const frame of this.session.run(program, signal)) this.#take(frame, asks, answers, work.onStep)
    this.#answers = answers
    this.#emit({ is: 'host-inspected', host: this.host.name, milliseconds: performance.now() - since })
  }

  /** Uploads a large content through the host's connection. */
  upload(content: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.session.upload(content, signal)
  }

  /** Plans on what is known now. Pure but for reading this host's own state. */
  plan(facts: ReadonlyMap<string, Facts>): HostPlanning {
    return planHost({
      host: this.host.name,
      plays: this.plays,
      known: { facts, registered: this.registered },
      answers: this.#answers,
      done: new Set(this.done.keys()),
    })
  }

  /** Counts time spent on this host: hosts run side by side, so their times do not add up to the run's. */
  async timed<T>(work: () => Promise<T>): Promise<T> {
    const since = performance.now()
    try {
      return await work()
    } finally {
      this.#seconds += (performance.now() - since) / 1000
    }
  }

  /** Ends the host's part in the run with a failure, which is reported at once. */
  fail(failure: Failure): void {
    if (this.stopped) return
    if (failure.code === 'INTERRUPTED') this.#interrupted = true
    else this.#failure = failure
    this.#emit({ is: 'host-failed', host: this.host.name, failure })
  }

  countFailedStep(): void {
    this.#failed += 1
  }

  recap(planning: HostPlanning | undefined): HostRecap {
    const steps = planning?.steps.map(({ step }) => step) ?? []
    const changed = this.done.size
    const pending = steps.filter((step) => changeOf(step) || step.verdict.is === 'unknown').length
    const skipped = steps.filter((step) => step.verdict.is === 'skipped').length
    return {
      host: this.host.name,
      outcome: this.#outcome(),
      converged: Math.max(0, steps.length - pending - skipped - changed),
      changed,
      failed: this.#failed,
      skipped,
      pending,
      trips: this.#closedTrips + (this.#session?.trips ?? 0),
      seconds: this.#seconds,
    }
  }

  get session(): Session {
    if (!this.#session) {
      throw new Failure('CONNECTION_LOST', 'the connection is closed', { where: { host: this.host.name } })
    }
    return this.#session
  }

  #outcome(): HostOutcome {
    if (this.#interrupted) return 'interrupted'
    if (!this.#failure) return 'ok'
    return unreachable.has(this.#failure.code) ? 'unreachable' : 'failed'
  }

  #take(frame: Frame, asks: readonly Ask[], answers: Map<string, unknown>, onStep?: OnStepFrame): void {
    switch (frame.is) {
      case 'answer': {
        const ask = asks[frame.index]
        if (ask)
          for (const [key, reading] of readAnswer(ask, frame.status, frame.output)) answers.set(key, reading)
        return
      }
      case 'locked':
        this.#emit({ is: 'host-waiting', host: this.host.name, on: frame.holder })
        return
      case 'slow':
        this.#emit({ is: 'host-slow', host: this.host.name, what: frame.what, seconds: frame.seconds })
        return
      case 'done':
        return
      default:
        onStep?.(frame)
    }
  }
}

const unreachable: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'HOST_KEY_REFUSED',
  'AUTHENTICATION_FAILED',
  'BECOME_FAILED',
  'CONNECTION_LOST',
])
