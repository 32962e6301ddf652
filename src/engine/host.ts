import { randomBytes } from 'node:crypto'
import type { Change } from '../model/change.ts'
import type { Emit, HostRecap } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import type { Resource, ResourceId } from '../model/resource.ts'
import type { Program } from '../model/script.ts'
import { type Query, queryKey } from '../model/sensor.ts'
import type { Frame, Session } from '../model/session.ts'
import type { Knowledge } from '../model/task.ts'
import { type NotesReading, notesQuery } from '../sensors/notes.ts'
import { type Ask, buildProgram, type StepScript } from '../shell/program.ts'
import type { Answers } from '../shell/questions.ts'
import type { Recorded } from '../shell/record.ts'
import { SentAhead } from './ahead.ts'
import type { Around } from './around.ts'
import { Carried } from './carried.ts'
import { countsOf } from './counts.ts'
import type { Connect } from './delegates.ts'
import { FactsAsAsked, factsIn, factsQuery } from './details.ts'
import { placesOf, questionsOf, readingsOf, stillHolding, unanswered } from './inspect.ts'
import type { Keeping } from './keeping.ts'
import { knownAt, type Moment } from './moments.ts'
import { outcomeOf } from './outcome.ts'
import { Planned } from './planned.ts'
import { type HostPlanning, leftOut, type PlayTasks } from './planning.ts'
import { HostRecord } from './recording.ts'
import { Remembered } from './remembered.ts'
import { sentTo, toldOf } from './saying.ts'
import { Sent } from './sent.ts'

/** Frames of steps are handed on; answers are kept here. */
export type OnStepFrame = (frame: Extract<Frame, { is: 'step-started' | 'step-finished' }>) => void

const noneKept: readonly string[] = []

/** One host during one run: its connection, what it answered, and what was done to it. */
export class HostRun {
  readonly host: Host
  plays: readonly PlayTasks[]
  facts: Facts | undefined
  readonly carried: Carried
  readonly ahead = new SentAhead()
  readonly record: HostRecord
  readonly #remembered: Remembered
  readonly planned = new Planned()
  /** Handlers that an earlier run left; told by the first inspection. */
  #kept: readonly string[] | undefined
  readonly #emit: Emit
  readonly #around: Around
  #session: Session | undefined
  /** Contents that were sent ahead of programs. */
  readonly sent = new Sent((on, signal) =>
    on === undefined ? Promise.resolve(this.session) : this.#delegate(on, signal),
  )
  #closedTrips = 0
  #delegatedTrips = 0
  #moments: readonly Moment[] | undefined
  /** Where it waits for the others of its wave, once all before it is done. */
  standing: HostPlanning['standing']
  /** Why it cannot be reached, where its tasks may ignore that. */
  unreachable: Failure | undefined
  /** What its failure means for other hosts, as its task says. */
  fatal: boolean | undefined
  #answers: Answers = new Map()
  readonly #factsAsAsked = new FactsAsAsked()
  #failure: Failure | undefined
  #seconds = 0
  #forgiven = -1
  #interrupted = false

  constructor(host: Host, plays: readonly PlayTasks[], emit: Emit, around: Around) {
    this.#around = around
    this.carried = new Carried(around.deeds)
    this.record = new HostRecord(host.name, around.recording)
    this.#remembered = new Remembered(this.record)
    this.host = host
    this.plays = plays
    this.#emit = emit
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
    this.sent.forget()
    this.#session = undefined
  }

  /**
   * One trip: the steps, if any, then the questions of these resources and of the host's facts: all of them, or those
   * whose answers the steps have `disturbed`. Throws CONNECTION_LOST, INSPECTION_FAILED; a failed step is no exception
   * but a frame.
   */
  async trip(
    resources: readonly Resource[],
    signal: AbortSignal,
    work: {
      steps?: readonly StepScript[]
      recorded?: Recorded | undefined
      /** Where the steps are carried out, if on another host. */
      on?: string | undefined
      disturbed?: Change['disturbs']
      exclusive?: boolean
      onStep?: OnStepFrame
    } = {},
  ): Promise<void> {
    const since = performance.now()
    const { disturbed = 'everything', on: at, onStep, ...parts } = work
    const ahead = this.ahead.take(!work.steps && !work.exclusive)
    const queries = questionsOf(resources, this.#answers, this.#beside)
    const holding = new Map(stillHolding(this.#answers, queries, disturbed))
    holding.delete(queryKey(notesQuery))
    const asks = unanswered(queries, holding)
    const answers = new Map(work.steps ? holding : this.#answers)
    for (const on of placesOf(asks, work.steps ? [at] : [], this.unreachable === undefined)) {
      const first = on === undefined ? ahead : undefined
      const own = asks.filter((ask) => ask.on === on)
      const here = first?.asks ?? (await this.sent.along(own, signal))
      const all = { asks: here, ...(on === at ? parts : {}) }
      const program = first?.program ?? buildProgram(randomBytes(12).toString('hex'), all)
      const session = on === undefined ? this.session : await this.#delegate(on, signal)
      if (this.#around.tells) this.#emit(sentTo(on ?? this.host.name, program, { resources, ...all }))
      for await (const frame of session.run(program, signal)) this.#take(frame, here, answers, onStep)
    }
    this.#answers = answers
    this.facts = factsIn(answers)
    this.#kept ??= (answers.get(queryKey(notesQuery)) as NotesReading | undefined) ?? []
    this.#emit({ is: 'host-inspected', host: this.host.name, milliseconds: performance.now() - since })
  }

  get #beside(): readonly Query<unknown>[] {
    const handles = this.plays.some(({ handlers = [] }) => handlers.length > 0)
    return [factsQuery(this.#around), ...(handles ? [notesQuery] : [])]
  }

  /** What the first trip will ask, for whoever can send it earlier with something else. */
  firstQuestions(): Program | undefined {
    return this.ahead.make(this.plan(new Map()), this.#beside)
  }

  /** What a thing needs by itself, whatever is to be done before it. */
  alone(resource: Resource): Change | undefined {
    const found = readingsOf(resource, this.#answers)
    return found && resource.converge(found, { touches: () => false })
  }

  #delegate(on: string, signal: AbortSignal): Promise<Session> {
    this.#delegatedTrips += 1
    return this.#around.delegates().session(on, signal)
  }

  get keeping(): Keeping | undefined {
    return this.#around.keeping
  }

  /** The connection, while there is one. */
  get openSession(): Session | undefined {
    return this.#session
  }

  /** Its plan rests on what other hosts know. */
  get consults(): boolean {
    return this.planned.consults
  }

  /** It is to be worked on, and there is no connection to it. */
  get isLost(): boolean {
    return this.#session === undefined && this.unreachable === undefined
  }

  /** Plans on what is known now. Pure but for reading this host's own state. */
  plan(facts: ReadonlyMap<string, Facts>): HostPlanning {
    const input = {
      host: this.host.name,
      plays: this.plays,
      known: { facts: this.#factsAsAsked.of(facts, this.#answers) },
      ...(this.#around.others ? { others: this.#around.others } : {}),
      answers: this.#answers,
      done: this.carried.done,
      outcomes: this.carried.outcomes,
      leftOut: this.carried.leftOut,
      meetings: this.#around.meetings,
      unreachable: this.unreachable,
      tries: this.carried.tries,
      endOf: (key: string, id: ResourceId) => this.record.endOf(key, id),
      memories: this.#remembered.memories,
      kept: this.#kept ?? noneKept,
      forgiven: this.#forgiven,
    }
    const planning = this.planned.of(input, this.#around.deeds.count)
    this.#moments = planning.moments
    this.standing = planning.standing
    return planning
  }

  /** What it knew at that place of the run; before its first plan nobody can tell. */
  knownAt(key: string): Knowledge {
    const nobody = { facts: new Map(), registered: new Map() }
    return this.#moments ? (knownAt(this.#moments, key) ?? { ...nobody, coming: new Set() }) : nobody
  }

  /** How far it has come: it grows with everything that is done or decided. */
  get progress(): number {
    return this.#remembered.memories.size + this.carried.count
  }

  /** What was decided up to here stays so, whatever the host says later; and what tasks have to say is said. */
  remember({ memorable }: HostPlanning, lastPlay: number): void {
    this.#around.meetings.tell(this.host.name, memorable, lastPlay)
    for (const event of this.#remembered.keep(this.host.name, memorable, lastPlay)) this.#emit(event)
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

  /** Takes no part in that play any more: its part in the run is over, or what failed before was forgiven. */
  isOutOf(play: number): boolean {
    return this.stopped || play <= this.#forgiven
  }

  /**
   * What failed up to this play ends nothing any more: the host goes on with the next one. Where that was no step of its own,
   * what it would still do in these plays is left out.
   */
  forgive(play: number, facts: ReadonlyMap<string, Facts>): void {
    if (!this.#failure) return
    this.#failure = undefined
    this.unreachable = undefined
    const { failure } = this.plan(facts)
    this.#forgiven = play
    if (!failure || failure.play > play) this.plays = leftOut(this.plays, play)
  }

  recap(planning: HostPlanning | undefined): HostRecap {
    return {
      host: this.host.name,
      outcome: this.#interrupted ? 'interrupted' : outcomeOf(this.#failure),
      ...countsOf(planning, this.carried.done, this.carried.outcomes),
      failed: this.carried.failed,
      trips: this.#closedTrips + this.#delegatedTrips + (this.#session?.trips ?? 0),
      seconds: this.#seconds,
    }
  }

  get session(): Session {
    if (this.#session) return this.#session
    throw new Failure('CONNECTION_LOST', 'the connection is closed', { where: { host: this.host.name } })
  }

  #take(frame: Frame, asks: readonly Ask[], answers: Map<string, unknown>, onStep?: OnStepFrame): void {
    switch (frame.is) {
      case 'answer': {
        const ask = asks[frame.index]
        const read = ask && this.#around.sameAnswers.read(ask, frame.status, frame.output)
        for (const [key, reading] of read ?? []) answers.set(key, reading)
        return
      }
      case 'locked':
      case 'slow':
        this.#emit(toldOf(frame, this.host.name))
        return
      default:
        if (frame.is !== 'done') onStep?.(frame)
    }
  }
}
