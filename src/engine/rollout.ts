import type { Emit, HostRecap } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { AtTerminal } from '../model/pausing.ts'
import { isOpen, type Plan } from '../model/plan.ts'
import type { AskStep } from '../model/stepping.ts'
import type { Intent } from '../model/task.ts'
import { awaitedFirst } from './awaited-first.ts'
import { Begun } from './begun.ts'
import { comeBack } from './coming-back.ts'
import { convergeHost, inspectHost, type LoopContext } from './converge.ts'
import type { Connect } from './delegates.ts'
import type { HostRun } from './host.ts'
import { limited } from './limit.ts'
import type { Meetings } from './meetings.ts'
import { outcomeOf } from './outcome.ts'
import { Pauses } from './pauses.ts'
import { shownPlan } from './plan.ts'
import type { HostPlanning } from './planning.ts'
import type { Rolling } from './rolling.ts'
import { Stepping } from './stepping.ts'
import { endsAll, isTooMuch, waveStopped } from './stopping.ts'
import { Turns } from './turns.ts'
import { wavesAsPlanned } from './waves.ts'

/** How a run is carried out, as opposed to what it wants. */
export interface RunOptions {
  readonly connect: Connect
  readonly emit: Emit
  /** Hosts worked on at the same time, at least 1. */
  readonly forks: number
  readonly signal: AbortSignal
  /** Who answers pauses; without somebody they end when their time is over, or at once. */
  readonly atTerminal?: AtTerminal | undefined
  /** Is asked of each change before it is made; without it all are made. */
  readonly atStep?: AskStep | undefined
  /** Says more of a plan before anybody is told of it. */
  readonly judged?: (plan: Plan, hosts: readonly HostRun[]) => Promise<Plan>
  /** Keeps users from feeling plays that say `rolling`. */
  readonly rolling?: Rolling | undefined
}

/** Every host connected, inspected and planned; nothing changed yet. */
export interface Prepared extends AsyncDisposable {
  readonly plan: Plan
  readonly hosts: readonly HostRun[]
  /**
   * Carries the plan out. The same run goes on: same connections, same readings. A host with a step that is `refused` fails
   * before it is sent.
   */
  carryOut(refused?: LoopContext['refused']): Promise<void>
  /** The recap of each host as things stand. */
  recaps(): readonly HostRecap[]
}

/**
 * Connects to every host of the intent, asks everything and plans. A host that fails is marked and left out;
 * it never stops another.
 */
export async function prepare(
  intent: Intent,
  options: RunOptions,
  begun = new Begun(intent, options.emit),
): Promise<Prepared> {
  const { emit, forks, signal } = options
  const { runs, meetings } = begun
  begun.connectBy(options.connect)
  const facts = factsAsKnown(runs)
  const turns = new Turns()
  const pauses = new Pauses(options)
  const context: LoopContext = {
    ...{ facts, connect: options.connect, emit, signal, turns, pauses },
    reconnects: 2,
    stepping: options.atStep && new Stepping(options.atStep, signal),
  }
  const plannings = new Map<HostRun, HostPlanning>()

  await limited(forks, runs, (run) =>
    guarded(run, async () => {
      const awaited = awaitedFirst(run.plan(facts()))
      if (awaited) await comeBack(run, awaited, context)
      else await reach(run, context)
      plannings.set(run, run.planned.atRest(await inspectHost(run, context)))
    }),
  )
  // Only now are all facts known: what one host's plan says may rest on another's facts.
  await limited(forks, runs, (run) =>
    guarded(run, async () => {
      let planning = run.plan(facts())
      if (planning.unasked.length > 0) planning = await inspectHost(run, context)
      plannings.set(run, run.planned.atRest(planning))
    }),
  )
  await consulting(plannings, context, meetings)
  const made = planOf(runs, plannings)
  const plan = (await options.judged?.(made, runs)) ?? made
  for (const hostPlan of plan.hosts) emit({ is: 'host-planned', plan: hostPlan })
  return {
    plan,
    hosts: runs,
    carryOut: (refused) => carryOut({ intent, plan }, runs, options, { ...context, refused }, meetings),
    recaps: () => runs.map((run) => run.recap(plannings.has(run) ? run.plan(facts()) : undefined)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...runs.map((run) => run.close()), begun.delegates[Symbol.asyncDispose]()])
    },
  }
}

/** Connects to a host; where that fails, its tasks may ignore it. Throws the failures of the connection. */
async function reach(run: HostRun, { connect, emit, signal, facts }: LoopContext): Promise<void> {
  try {
    await run.open(connect, signal)
  } catch (error) {
    if (!(error instanceof Failure) || outcomeOf(error) !== 'unreachable') throw error
    run.unreachable = error
    if (!run.plan(facts()).bears) throw error
    emit({
      is: 'warning',
      message: `${run.host.name} cannot be reached, which its tasks ignore: ${error.message}`,
    })
  }
}

async function carryOut(
  { intent, plan }: { readonly intent: Intent; readonly plan: Plan },
  runs: readonly HostRun[],
  { emit, forks, rolling }: RunOptions,
  context: LoopContext,
  meetings: Meetings,
): Promise<void> {
  const byName = new Map(runs.map((run) => [run.host.name, run]))
  for (const [index, play] of intent.plays.entries()) {
    const roller = play.rolling && rolling
    const planned = wavesAsPlanned(play, plan)
    const waves = roller ? roller.waves(play, planned, plan) : planned
    for (const [number, wave] of waves.entries()) {
      const members = wave.flatMap((name) => byName.get(name) ?? [])
      const before = number > 0 ? (waves[number - 1] ?? []).flatMap((name) => byName.get(name) ?? []) : []
      if (isTooMuch(before, play)) {
        for (const run of members) run.fail(waveStopped(run, play.name))
        continue
      }
      for (const run of members) if (!run.stopped && run.isLost) await guarded(run, () => reach(run, context))
      const working = members.filter((run) => !run.stopped && plays(run, index, context))
      if (!working.some((run) => wants(run, index, context))) continue
      emit({ is: 'wave-started', play: play.name, hosts: working.map((run) => run.host.name) })
      const stopped = () => endsAll(working, play)
      context.pauses.begin()
      const work = () => convergeAll(working, index, { ...context, stopped }, { forks, meetings })
      if (roller) await roller.around({ play, plan, hosts: working }, work)
      else await work()
      const stop = stopped()
      const forgiven = meetings.forgivenIn(index)
      for (const run of members) if (forgiven.has(run.host.name)) run.forgive(index, context.facts())
      if (stop) for (const run of byName.values()) run.fail(stop)
    }
  }
}

/**
 * Brings hosts to the end of a play. One that waits for what another is still to tell goes on when the others have come as
 * far as they can, as long as any of them gets on.
 */
async function convergeAll(
  runs: readonly HostRun[],
  play: number,
  context: LoopContext,
  { forks, meetings }: { readonly forks: number; readonly meetings: Meetings },
): Promise<void> {
  let left = runs
  let patient = true
  while (left.length > 0) {
    const waiting = new Set<HostRun>()
    const before = progressOf(runs)
    await limited(forks, left, (run) =>
      guarded(run, async () => {
        if ((await convergeHost(run, play, { ...context, patient })) === 'waits') waiting.add(run)
      }),
    )
    for (const { host, failure } of left) if (failure) meetings.lose(host.name, failure)
    // In their order, whoever came first: the first of them asks where a pause asks for all.
    left = left.filter((run) => waiting.has(run))
    patient = progressOf(runs) > before || meetings.open(left.flatMap(standingOf))
  }
}

function standingOf({ host, standing }: HostRun) {
  return standing ? [{ host: host.name, key: standing.key }] : []
}

function progressOf(runs: readonly HostRun[]): number {
  return runs.reduce((sum, run) => sum + run.progress, 0)
}

/** Plans anew what rests on what other hosts know, until nobody learns more of the others. */
async function consulting(
  plannings: Map<HostRun, HostPlanning>,
  context: LoopContext,
  meetings: Meetings,
): Promise<void> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const planned = [...plannings].filter(([run]) => !run.stopped)
    meetings.foresee(new Map(planned.map(([run, { meets }]) => [run.host.name, meets])))
    for (const [run, { memorable }] of planned)
      meetings.tell(run.host.name, memorable, Number.POSITIVE_INFINITY)
    const curious = planned.flatMap(([run, { meets }]) => (run.consults || meets.length > 0 ? run : []))
    const open = [...plannings.values()].flatMap(({ steps }) => steps).filter(isUnknown).length
    if (curious.length === 0 || open >= before) return
    before = open
    for (const run of curious)
      await guarded(run, async () => {
        let planning = run.plan(context.facts())
        if (planning.unasked.length > 0) planning = await inspectHost(run, context)
        plannings.set(run, planning)
      })
  }
}

function isUnknown({ step: { verdict } }: HostPlanning['steps'][number]): boolean {
  return verdict.is === 'unknown'
}

/** Does this play say anything about this host, or is something of an earlier one still wanted? */
function plays(run: HostRun, play: number, { facts }: LoopContext): boolean {
  return run
    .plan(facts())
    .steps.some(
      ({ play: at, step }) =>
        (at === play && step.verdict.is !== 'skipped') || (at <= play && isOpen(step.verdict)),
    )
}

/** Is there anything to do on this host in plays up to this one? */
function wants(run: HostRun, play: number, { facts }: LoopContext): boolean {
  const { steps, failure } = run.plan(facts())
  return (
    steps.some(
      ({ play: at, step: { verdict } }) => at <= play && (isOpen(verdict) || verdict.is === 'told'),
    ) || failure !== undefined
  )
}

/** Runs a host's part; whatever goes wrong becomes the host's failure and stops no other host. */
async function guarded(run: HostRun, work: () => Promise<void>): Promise<void> {
  if (run.stopped) return
  try {
    await run.timed(work)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    run.fail(error)
  }
}

/** The facts of all hosts, in the same map as long as they are the same. */
function factsAsKnown(runs: readonly HostRun[]): () => ReadonlyMap<string, Facts> {
  let last: ReadonlyMap<string, Facts> = new Map()
  return () => {
    if (runs.some((run) => last.get(run.host.name) !== run.facts))
      last = new Map(runs.flatMap((run) => (run.facts ? [[run.host.name, run.facts] as const] : [])))
    return last
  }
}

/** The plan of all hosts in their order, whichever of them answered first. */
function planOf(runs: readonly HostRun[], plannings: ReadonlyMap<HostRun, HostPlanning>): Plan {
  const hosts = runs.flatMap((run) => {
    const planning = run.stopped ? undefined : plannings.get(run)
    return planning ? [shownPlan(run.host.name, planning)] : []
  })
  const settled = hosts.every(({ steps }) =>
    steps.every(({ verdict }) => verdict.is !== 'provisional' && verdict.is !== 'unknown'),
  )
  return { hosts, complete: settled }
}
