import type { Change, Reconnects } from '../model/change.ts'
import type { Emit } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { changeOf, isOpen, type Step } from '../model/plan.ts'
import { runBatch } from './batch.ts'
import { comeBack } from './coming-back.ts'
import type { Connect } from './delegates.ts'
import type { HostRun } from './host.ts'
import { attempts } from './item.ts'
import type { Pauses } from './pauses.ts'
import { pauseOf, runPause } from './pausing.ts'
import { keyed, settledPrefix } from './plan.ts'
import { type HostPlanning, type PlacedStep, resourcesOf } from './planning.ts'
import type { Stepping } from './stepping.ts'
import type { Turns } from './turns.ts'

/** What the loop needs beside the host itself. */
export interface LoopContext {
  readonly facts: () => ReadonlyMap<string, Facts>
  readonly connect: Connect
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly turns: Turns
  readonly pauses: Pauses
  /** Reconnections allowed when a change or the network cuts the connection. */
  readonly reconnects: number
  /** Why nothing more is to be begun on any host of the wave, if so. */
  readonly stopped?: () => Failure | undefined
  /** Asks of each change before it is made. */
  readonly stepping?: Stepping | undefined
  /** Where it waits for what another host is still to tell, it comes back without a failure. */
  readonly patient?: boolean
  /** Why a step must not be sent to a host, if so. */
  readonly refused?: ((host: string, step: Step) => Failure | undefined) | undefined
}

/**
 * Asks until nothing more can be learned without changing something; normally one trip. Ends with the host's
 * plan. Throws the failures of the connection.
 */
export async function inspectHost(
  run: HostRun,
  context: LoopContext,
  exclusive = false,
): Promise<HostPlanning> {
  let planning = run.plan(context.facts())
  let asked = -1
  do {
    // Before the first answer a plan can only name the questions; later rounds ask what these revealed.
    asked = run.ahead.isWaiting ? Number.POSITIVE_INFINITY : countUnasked(planning)
    await run.trip(resourcesOf(planning), context.signal, { exclusive })
    planning = run.plan(context.facts())
  } while (countUnasked(planning) > 0 && countUnasked(planning) !== asked)
  return planning
}

/**
 * The loop: send what is settled, ask again, plan again, until the plays up to `lastPlay` want nothing more on
 * this host, or it waits for another. Throws DID_NOT_CONVERGE when a resource wants the same change again after it was made.
 */
export async function convergeHost(
  run: HostRun,
  lastPlay: number,
  context: LoopContext,
): Promise<'done' | 'waits'> {
  let planning = run.plan(context.facts())
  let reconnects = context.reconnects
  for (;;) {
    const settled = settledPrefix(planning, lastPlay)
    if (settled.length === 0) {
      const { failure, standing } = planning
      if (standing && standing.play <= lastPlay) {
        run.remember(planning, lastPlay)
        return 'waits'
      }
      const open = planning.steps.find(({ play, step }) => play <= lastPlay && step.verdict.is === 'unknown')
      if (!open || (failure && failure.play <= lastPlay)) {
        run.remember(planning, lastPlay)
        if (failure && failure.play <= lastPlay) {
          run.fatal = failure.fatal
          throw failure.failure
        }
        return 'done'
      }
      if (planning.unasked.length === 0) {
        if (!context.patient || !run.consults) throw stuck(run, open)
        run.remember(planning, lastPlay)
        return 'waits'
      }
      const before = countUnasked(planning)
      planning = await inspectHost(run, context)
      if (countUnasked(planning) >= before) throw stuck(run, open)
      continue
    }
    const stop = context.stopped?.()
    if (stop) throw stop
    const { stepping } = context
    const [next] = settled
    using agreed = stepping && next && !pauseOf(next) ? await stepping.take(run, next) : undefined
    const batch = agreed?.batch ?? settled
    if (batch.length === 0) {
      const { title, id } = next?.step ?? {}
      const text = `left out at the terminal: ${id}`
      context.emit({ is: 'task-said', host: run.host.name, title: title ?? '', text })
      planning = run.plan(context.facts())
      continue
    }
    refuseRepeats(run, batch)
    for (const placed of batch) {
      const refusal = context.refused?.(run.host.name, keyed(placed))
      if (refusal) throw refusal
    }
    try {
      run.remember(planning, lastPlay)
      const { emit, signal } = context
      const [first] = batch
      const pausing = first && pauseOf(first)
      if (first && pausing) {
        await runPause(run, first, pausing, context)
        // Whatever was waited for has happened meanwhile.
        planning = run.openSession ? await inspectHost(run, context) : run.plan(context.facts())
        continue
      }
      const disturbed = disturbedBy(batch, planning, lastPlay)
      const { turns } = context
      const sending = { emit, signal, resources: resourcesOf(planning), disturbed, turns }
      const back = comingBackOf(run, batch)
      const last = batch.at(-1)
      const elapsed = back && !back.restarts ? await comeBack(run, back, context) : undefined
      // A machine that restarts is asked when it is back.
      await runBatch(run, batch, back?.restarts ? { ...sending, resources: [] } : sending)
      if (last && elapsed !== undefined) run.carried.tellBeside(last, { elapsed })
      if (last && back?.restarts && !run.plan(context.facts()).failure) {
        run.carried.tellBeside(last, { elapsed: await comeBack(run, back, context) })
        planning = await inspectHost(run, context, true)
        continue
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CONNECTION_LOST' || reconnects === 0) throw error
      reconnects -= 1
      context.emit({ is: 'host-waiting', host: run.host.name, on: `a new connection (${error.message})` })
      await run.open(context.connect, context.signal)
      planning = await inspectHost(run, context, true)
      continue
    }
    planning = run.plan(context.facts())
  }
}

/** How the machine is waited for at the end of a batch, or instead of one. Throws INVALID_INPUT where that is this computer. */
function comingBackOf({ host }: HostRun, batch: readonly PlacedStep[]): Reconnects | undefined {
  const last = batch.at(-1)?.step
  const back = last && changeOf(last)?.reconnects
  if (!last || back?.restarts !== 'machine') return back
  const on = last.resource?.options.on
  if (host.connection !== 'local' && on === undefined) return back
  throw new Failure(
    'INVALID_INPUT',
    on === undefined ? 'this computer would restart, and the run with it' : 'a restart cannot be delegated',
    {
      where: { host: host.name, resource: last.id, ...(last.origin ? { origin: last.origin } : {}) },
      next: 'name the machine under "hosts"',
    },
  )
}

/**
 * What has to be asked again after a batch: what it falsifies, and everything after the last one of a play, because what
 * was left alone may have been changed by somebody else, or by a change that says too little of itself.
 */
function disturbedBy(
  batch: readonly PlacedStep[],
  planning: HostPlanning,
  lastPlay: number,
): Change['disturbs'] {
  const wanted = planning.steps.filter(({ play, step }) => play <= lastPlay && isOpen(step.verdict))
  if (wanted.length === batch.length) return 'everything'
  if (batch.some(({ step }) => step.resource?.options.on !== undefined)) return 'everything'
  const disturbs = batch.map(({ step }) => changeOf(step)?.disturbs ?? 'everything')
  return disturbs.includes('everything') ? 'everything' : disturbs.flat()
}

function countUnasked(planning: HostPlanning): number {
  return planning.unasked.length
}

function refuseRepeats(run: HostRun, batch: readonly PlacedStep[]): void {
  for (const { key, step } of batch) {
    const times = run.carried.done.get(key) ?? 0
    if (times < attempts) continue
    throw new Failure('DID_NOT_CONVERGE', `made the same change ${times} times and it is still wanted`, {
      where: { host: run.host.name, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      next: 'it does not bring about what it is asked for, or another task or service undoes it',
    })
  }
}

function stuck(run: HostRun, { step }: PlacedStep): Failure {
  const after = step.verdict.is === 'unknown' ? step.verdict.after : 'an earlier step'
  return new Failure('STEP_FAILED', `cannot be decided: it waits for ${after}`, {
    where: { host: run.host.name, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
    next: 'make the host it waits for reachable, or the task it waits for part of this run',
  })
}
