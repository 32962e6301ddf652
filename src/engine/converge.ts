import type { Change } from '../model/change.ts'
import type { Emit } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { veilOf } from '../model/marked.ts'
import { changeOf, type Step } from '../model/plan.ts'
import type { StepScript } from '../shell/program.ts'
import { likelyCause } from './diagnosis.ts'
import type { Connect, HostRun } from './host.ts'
import { type HostPlanning, type PlacedStep, settledPrefix } from './plan.ts'

/** What the loop needs beside the host itself. */
export interface LoopContext {
  readonly facts: () => ReadonlyMap<string, Facts>
  readonly connect: Connect
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Reconnections allowed when a change or the network cuts the connection. */
  readonly reconnects: number
  /** Why a step must not be sent to a host, if so. */
  readonly refused?: ((host: string, step: Step) => Failure | undefined) | undefined
}

/** A resource that is planned again after that many changes of its own will not converge. */
const attempts = 2

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
    asked = countUnasked(planning)
    await run.trip(resourcesOf(planning), context.signal, { exclusive })
    planning = run.plan(context.facts())
  } while (countUnasked(planning) > 0 && countUnasked(planning) !== asked)
  return planning
}

/**
 * The loop: send what is settled, ask again, plan again, until the plays up to `lastPlay` want nothing more on
 * this host. Throws DID_NOT_CONVERGE when a resource wants the same change again after it was made.
 */
export async function convergeHost(run: HostRun, lastPlay: number, context: LoopContext): Promise<void> {
  let planning = run.plan(context.facts())
  let reconnects = context.reconnects
  for (;;) {
    const batch = settledPrefix(planning, lastPlay)
    if (batch.length === 0) {
      const open = planning.steps.find(({ play, step }) => play <= lastPlay && step.verdict.is === 'unknown')
      if (!open) return
      if (planning.unasked.length === 0) throw stuck(run, open)
      const before = countUnasked(planning)
      planning = await inspectHost(run, context)
      if (countUnasked(planning) >= before) throw stuck(run, open)
      continue
    }
    refuseRepeats(run, batch)
    for (const { step } of batch) {
      const refusal = context.refused?.(run.host.name, step)
      if (refusal) throw refusal
    }
    try {
      await runBatch(run, batch, planning, { ...context, disturbed: disturbedBy(batch, planning, lastPlay) })
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

async function runBatch(
  run: HostRun,
  batch: readonly PlacedStep[],
  planning: HostPlanning,
  { emit, signal, disturbed }: LoopContext & { readonly disturbed: Change['disturbs'] },
): Promise<void> {
  const steps: StepScript[] = []
  for (const placed of batch) steps.push(await stepScript(run, placed, signal))
  let failure: Failure | undefined
  let since = 0
  await run.trip(resourcesOf(planning), signal, {
    steps,
    disturbed,
    onStep: (frame) => {
      const placed = batch[frame.index]
      if (!placed) return
      const common = {
        host: run.host.name,
        step: placed.step.id,
        title: placed.step.title,
        play: placed.step.play,
      }
      if (frame.is === 'step-started') {
        since = performance.now()
        emit({ is: 'step-started', ...common })
        return
      }
      const options = placed.step.resource?.options
      const failed = frame.status !== 0
      const outcome = !failed ? 'changed' : options?.ignoreErrors ? 'ignored' : 'failed'
      if (options?.register) {
        const { status: rc, stdout, stderr } = frame
        const secret = options.noLog ? ({ secret: true } as const) : {}
        const told = { changed: !failed, failed, skipped: false, rc, stdout, stderr, ...secret }
        run.registered.set(options.register, told)
      }
      const printed = [frame.stdout, frame.stderr].filter((text) => text.trim() !== '').join('\n')
      const output = veilOf(options?.secrets ?? [])(printed)
      emit({
        is: 'step-finished',
        ...common,
        summary: changeOf(placed.step)?.summary ?? '',
        outcome,
        milliseconds: performance.now() - since,
        ...(options?.noLog || output === '' ? {} : { output }),
      })
      if (outcome === 'failed') {
        run.countFailedStep()
        failure = stepFailure(run, placed, frame.status, options?.noLog ? '' : output)
      } else {
        run.done.set(placed.key, (run.done.get(placed.key) ?? 0) + 1)
      }
    },
  })
  if (failure) throw failure
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
  const wanted = planning.steps.filter(
    ({ play, step }) => play <= lastPlay && step.verdict.is !== 'converged' && step.verdict.is !== 'skipped',
  )
  if (wanted.length === batch.length) return 'everything'
  const disturbs = batch.map(({ step }) => changeOf(step)?.disturbs ?? 'everything')
  return disturbs.includes('everything') ? 'everything' : disturbs.flat()
}

async function stepScript(run: HostRun, { step }: PlacedStep, signal: AbortSignal): Promise<StepScript> {
  const change = changeOf(step)
  if (!change || !step.resource) throw new Error(`${step.id} has nothing to run`)
  const uploads: Record<string, string> = {}
  for (const { name, content } of change.uploads ?? []) uploads[name] = await run.upload(content, signal)
  const { ignoreErrors, runAs, environment } = step.resource.options
  return {
    script: change.script,
    title: step.id,
    takesLong: change.takesLong ?? false,
    ignoreErrors,
    environment,
    uploads,
    ...(runAs ? { runAs } : {}),
  }
}

function resourcesOf(planning: HostPlanning) {
  return planning.steps.flatMap(({ step }) => (step.resource ? [step.resource] : []))
}

function countUnasked(planning: HostPlanning): number {
  return planning.unasked.length
}

function refuseRepeats(run: HostRun, batch: readonly PlacedStep[]): void {
  for (const { key, step } of batch) {
    const times = run.done.get(key) ?? 0
    if (times < attempts) continue
    throw new Failure('DID_NOT_CONVERGE', `made the same change ${times} times and it is still wanted`, {
      where: { host: run.host.name, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      next: 'it does not bring about what it is asked for, such as what "creates" names; or another task or service undoes it',
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

function stepFailure(run: HostRun, { step }: PlacedStep, status: number, output: string): Failure {
  const next = likelyCause(output)
  return new Failure(
    'STEP_FAILED',
    `${changeOf(step)?.summary ?? 'the change'} failed with status ${status}`,
    {
      where: { host: run.host.name, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      output: output.trimEnd().split('\n').slice(-20).join('\n'),
      ...(next ? { next } : {}),
    },
  )
}
