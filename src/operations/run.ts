import type { ClusterProblem } from '../cluster/index.ts'
import type { IntentRequest, LoadedIntent } from '../config/index.ts'
import { Begun } from '../engine/begun.ts'
import { closeRecords } from '../engine/closing.ts'
import type { LoopContext } from '../engine/converge.ts'
import { type Prepared, prepare } from '../engine/rollout.ts'
import { takeBack } from '../engine/taking-back.ts'
import type { Emit, HostRecap, RunEvent } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import { usualForks } from '../model/forks.ts'
import type { PlanImpact } from '../model/impact.ts'
import type { TakenBack } from '../model/kept.ts'
import { showOrigin } from '../model/origin.ts'
import type { AtTerminal } from '../model/pausing.ts'
import type { Plan } from '../model/plan.ts'
import { warningText } from '../model/rule.ts'
import type { AskStep } from '../model/stepping.ts'
import { begin } from './beginning.ts'
import { checkWithFacts, refuseUnrendered, warnOfHandovers, warnOfWeakUsers } from './checked-facts.ts'
import type { RunConnector } from './connector.ts'
import { EarlyConnections } from './early.ts'
import { hasFailed, leftForAnother } from './going-back.ts'
import { type Bounded, impactBeyond, judgedFor, refusingImpact } from './impact.ts'
import { uninterrupted } from './interruption.ts'
import { type Locking, lockMachines, machinesToLock } from './locking.ts'
import type { ConnectionOptions, Following } from './options.ts'
import { atStake, type Permission, permit, refusingUnforeseen, warningOf } from './protection.ts'
import type { Recorder } from './recording.ts'
import { strangers } from './strangers.ts'
import { type ClusterProofs, poolOver, proveAfterwards } from './verify.ts'

/** How a run is carried out and followed. */
export type RunOptions = ConnectionOptions & Following<RunEvent> & Permission & Pausing & Debugging & Bounded

/** What else is told of a run. */
export interface Debugging {
  /** Tell of the shell that hosts are sent, too: it may hold secrets, see `onSecrets`. */
  readonly debug?: boolean
}

/** Who is there while a run goes on. */
export interface Pausing {
  /**
   * Waits where a playbook pauses until somebody goes on, or until its time is over, and says what was answered. Without it
   * a pause ends when its time is over, and one without a time at once.
   */
  readonly atTerminal?: AtTerminal | undefined
  /** Is asked of each change before `apply` makes it, one after the other; without it all are made. */
  readonly atStep?: AskStep | undefined
}

/** A step that was carried out on a host, and what came of it. */
export type CarriedOut = Extract<RunEvent, { is: 'step-finished' }>

/** What became of a run. What fails on a host is in here; only what concerns all hosts is thrown. */
export interface RunResult {
  /** What was to change on each host, before anything was changed. */
  readonly plan: Plan
  /** What users of the clusters feel of it; absent where there is no cluster, or nothing to do. */
  readonly impact?: PlanImpact
  /** The steps that were carried out, in the order in which they ended. */
  readonly steps: readonly CarriedOut[]
  /** Each host as it stands in the end. */
  readonly hosts: readonly HostRecap[]
  readonly failures: readonly { readonly host: string; readonly failure: Failure }[]
  /** Machines that were taken back to what they were before, the first of them first; absent where nothing was. */
  readonly takenBack?: readonly TakenBack[]
  /** It was told to stop before it was done. */
  readonly interrupted: boolean
  /** What was proved of each cluster afterwards; absent where nothing was, as after a failure. */
  readonly clusters?: readonly ClusterProofs[]
}

/** What a run is to do beyond showing its plan. */
export interface Purpose {
  readonly command: 'plan' | 'apply' | 'drift'
  readonly verify: boolean
  /** For the journals of machines, where it is not the command itself. */
  readonly did?: string
  /** Machines keep what was there before, and are taken back to it where `rollback` says so and anything fails. */
  readonly reversible?: { readonly rollback: boolean }
  /** Machines record how far it comes, so that it can be gone on with. */
  readonly recording?: Recorder['recording']
  /** It has its machines for itself meanwhile. */
  readonly locks: boolean
  /** Looks at everything once it is planned, and says which steps must not be sent. Throws where none may be. */
  readonly planned?: (
    intent: LoadedIntent,
    prepared: Prepared,
    impact: PlanImpact | undefined,
  ) => Promise<LoopContext['refused']>
}

/** Seconds for which a run waits for another one that has its machines. */
const patience = 10

/**
 * `plan` and `apply` are one path: `plan` stops where `apply` would begin to send changes. Throws `Failure` for what
 * ends the run before any host was changed.
 */
export async function runIntent(
  load: (onHosts: IntentRequest['onHosts']) => Promise<LoadedIntent>,
  purpose: Purpose,
  options: RunOptions & Locking,
): Promise<RunResult> {
  const since = performance.now()
  await using early = new EarlyConnections()
  const { command, did = command, locks } = purpose
  const { intent, connect } = await begin(load, { did, locks }, options, early)
  options.onSecrets?.(new Set(connect.secrets))
  const steps: CarriedOut[] = []
  const emit: Emit = (event) => {
    if (event.is === 'step-finished') steps.push(event)
    options.onEvent?.(event)
  }
  const {
    forks = usualForks,
    signal = uninterrupted,
    stealLock: steal = false,
    fence,
    debug = false,
  } = options
  const running = {
    connect,
    emit,
    forks,
    signal,
    steal,
    fence,
    debug,
    permission: options,
    pausing: options,
    bounded: options,
  }
  const result = await run(intent, purpose, running)
  emit({ is: 'run-finished', seconds: (performance.now() - since) / 1000 })
  return { ...result, steps }
}

interface Running {
  readonly connect: RunConnector
  readonly emit: Emit
  readonly forks: number
  readonly signal: AbortSignal
  readonly permission: Permission
  readonly pausing: Pausing
  readonly bounded: Bounded
  readonly steal: boolean
  readonly fence: Locking['fence']
  readonly debug: boolean
}

async function run(
  intent: LoadedIntent,
  { command, verify, locks, planned, reversible, recording: records }: Purpose,
  { connect, emit, forks, signal, steal, fence, debug, permission, pausing, bounded }: Running,
): Promise<Omit<RunResult, 'steps'>> {
  const plays = intent.plays.map(({ name }) => name)
  emit({ is: 'run-started', command, hosts: [...intent.hosts.keys()], plays })
  for (const { rule, origin, ...warning } of intent.warnings)
    emit({
      is: 'warning',
      message: `${origin ? `${showOrigin(origin)}: ` : ''}${warningText(warning)}`,
      ...(rule === undefined ? {} : { rule }),
    })
  const warn = (message: string) => emit({ is: 'warning', message })
  const waiting = (host: string, on: string) => emit({ is: 'host-waiting', host, on })
  const recording = connect.deed && records?.(intent, connect.deed.run)
  // What goes on with another run is one with it: all that both have changed is taken back.
  const changed = new Set(recording?.before.keys())
  const keeping =
    reversible && connect.deed ? { run: recording?.run ?? connect.deed.run, changed } : undefined
  const begun = new Begun(intent, emit, {
    tells: debug,
    keeping,
    recording,
    versions: intent.clusters.length > 0,
  })
  const ahead = (host: string) => begun.ahead(host)
  const locking = { connect, steal, fence, patience, forks, signal, warn, waiting, ahead }
  await using locked = locks ? await lockMachines(machinesToLock(intent.hosts, intent), locking) : undefined
  const open = locked?.open ?? connect.open
  const { atTerminal, atStep } = pausing
  let impact: PlanImpact | undefined
  let met: readonly ClusterProblem[] = []
  const judged = async (plan: Plan, hosts: Prepared['hosts']) => {
    // While nothing else is asked, and what was planned is judged.
    const asked = strangers(intent, hosts, signal)
    const found = await judgedFor(intent.clusters, plan, hosts)
    met = await asked
    impact = found?.impact
    return found?.plan ?? plan
  }
  await using pool =
    command === 'apply' && intent.clusters.length > 0
      ? poolOver(begun.runs, intent, { connect: open, signal, emit })
      : undefined
  // Loaded where it may be needed: most of what it takes no plan needs, and no playbook without a cluster.
  const rolling =
    pool &&
    new (await import('./rolling.ts')).RollingClusters(intent.clusters, {
      ...{ pool, emit, signal, hosts: begun.runs },
    })
  const preparing = { connect: open, emit, forks, signal, atTerminal, atStep, judged, rolling }
  await using prepared = await prepare(intent, preparing, begun)
  if (impact) emit({ is: 'impact-known', impact })
  checkWithFacts(intent, prepared, met, emit)
  if (command === 'apply') refuseUnrendered(intent, prepared)
  warnOfWeakUsers(prepared, emit)
  warnOfHandovers(intent, prepared, emit)
  const tooMuch = impactBeyond(prepared.plan, bounded)
  if (command === 'apply' && tooMuch) throw tooMuch
  const refused = tooMuch ? undefined : await planned?.(intent, prepared, impact)
  const stakes = await atStake(intent.clusters, prepared, signal)
  for (const stake of stakes.filter(({ interruptions }) => interruptions.length > 0)) {
    const what = stake.interruptions.map((one) => one.what)
    if (command === 'apply') await permit(stake.cluster, what, intent, permission)
    else emit({ is: 'warning', message: warningOf(stake, intent) })
  }
  const unforeseen = refusingUnforeseen(stakes, prepared)
  const unforetold = refusingImpact(prepared.plan, bounded)
  const goesBack = reversible?.rollback === true
  if (command === 'apply' && !(goesBack && hasFailed(prepared)))
    await prepared.carryOut(
      (host, step) =>
        (goesBack ? leftForAnother(host, prepared) : undefined) ??
        refused?.(host, step) ??
        unforeseen(host, step) ??
        unforetold(host, step),
    )
  const back = async () => {
    const takenBack = keeping
      ? await takeBack(keeping, (host) => begun.sessionOf(host, open, uninterrupted), emit)
      : []
    await rolling?.handBack()
    return { takenBack }
  }
  const isInterrupted = () =>
    signal.aborted || prepared.recaps().some(({ outcome }) => outcome === 'interrupted')
  const isOver = !hasFailed(prepared) && !isInterrupted()
  if (recording && command === 'apply')
    await closeRecords(prepared.hosts, recording, { isOver, forks, signal: uninterrupted })
  const gone = goesBack && hasFailed(prepared) ? await back() : {}
  const hosts = prepared.recaps()
  for (const recap of hosts) emit({ is: 'host-finished', recap })
  if (tooMuch) throw tooMuch
  const failures = prepared.hosts.flatMap(({ host, failure }) =>
    failure ? [{ host: host.name, failure }] : [],
  )
  const felt = impact ? { impact } : {}
  const result = { plan: prepared.plan, ...felt, ...gone, hosts, failures, interrupted: isInterrupted() }
  if (!verify || failures.length > 0 || result.interrupted) return result
  const proving = { connect: open, emit, signal, changed: hosts.some(({ changed }) => changed > 0) }
  const clusters = await proveAfterwards(intent, prepared.hosts, proving)
  const holds = clusters.every(({ proofs }) => proofs.every(({ verdict }) => verdict !== 'fail'))
  const unproved = goesBack && !holds && !signal.aborted ? await back() : {}
  return { ...result, ...unproved, clusters, interrupted: signal.aborted }
}
