import { setTimeout } from 'node:timers/promises'
import type { Change } from '../model/change.ts'
import type { Emit, StepOutcome } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { veilOf } from '../model/marked.ts'
import { changeOf } from '../model/plan.ts'
import type { Registered, Resource } from '../model/resource.ts'
import type { Frame } from '../model/session.ts'
import type { StepScript } from '../shell/program.ts'
import { sh } from '../shell/quote.ts'
import { likelyCause } from './diagnosis.ts'
import type { HostRun } from './host.ts'
import type { Outcome, PlacedStep } from './planning.ts'
import type { Turns } from './turns.ts'

/** What sending steps to a host needs beside them. */
export interface Sending {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Whose questions are asked again at the end. */
  readonly resources: readonly Resource[]
  readonly disturbed: Change['disturbs']
  readonly turns: Turns
}

/** Sends settled steps as one program, and keeps what came of each. Throws the failures of the connection. */
export async function runBatch(
  run: HostRun,
  batch: readonly PlacedStep[],
  { emit, signal, resources, disturbed, turns }: Sending,
): Promise<void> {
  const [first] = batch
  if (first?.wait)
    await setTimeout(first.wait * 1000, undefined, { signal }).catch(() => signal.throwIfAborted())
  const steps: StepScript[] = []
  for (const placed of batch) steps.push(await stepScript(run, placed, signal))
  const { throttle } = first?.step.resource?.options ?? {}
  using _turn = throttle && (await turns.take(throttle.of, throttle.most, signal))
  let since = 0
  await run.trip(resources, signal, {
    steps,
    on: first?.step.resource?.options.on,
    disturbed,
    onStep: (frame) => {
      const placed = batch[frame.index]
      if (!placed) return
      const { id, title, play } = placed.step
      const common = { host: run.host.name, step: id, title, play }
      if (frame.is === 'step-started') {
        since = performance.now()
        emit({ is: 'step-started', ...common })
        return
      }
      const { outcome, shown } = outcomeOf(run, placed, frame)
      const { noLog = false } = placed.step.resource?.options ?? {}
      const output = printed(placed, frame)
      emit({
        is: 'step-finished',
        ...common,
        summary: changeOf(placed.step)?.summary ?? '',
        outcome: shown,
        milliseconds: performance.now() - since,
        ...(noLog || output === '' ? {} : { output }),
      })
      run.keep(placed, outcome)
    },
  })
}

/** The status of a step that was ended because its time was over. */
const overdue = 1124

type Finished = Extract<Frame, { is: 'step-finished' }>

/** What came of a step, as its task judges it. */
function outcomeOf(
  run: HostRun,
  placed: PlacedStep,
  frame: Finished,
): { readonly outcome: Outcome | undefined; readonly shown: StepOutcome } {
  const { options } = placed.step.resource ?? {}
  const change = changeOf(placed.step)
  const { status: rc, stdout, stderr } = frame
  const failed = rc !== 0
  const secret = options?.noLog ? ({ secret: true } as const) : {}
  const isLeft = options?.left !== undefined && !failed
  const raw: Registered = {
    changed: !failed && !change?.changesNothing && (change?.didChange?.(stdout) ?? true),
    failed,
    skipped: false,
    rc,
    stdout: isLeft ? '' : stdout,
    stderr,
    ...(isLeft ? { found: leftJob(stdout.trim()) } : {}),
    ...(change?.tells && !failed && !isLeft ? { found: change.tells(stdout) } : {}),
    ...secret,
  }
  const did = { disturbs: change?.disturbs ?? 'everything', queries: placed.step.resource?.queries ?? {} }
  const { until } = options?.judgement ?? {}
  const attempts = until ? run.countTry(placed.key) : 0
  if (options?.timeout !== undefined && rc === overdue) {
    const why = `did not end within ${options.timeout} s, and was ended`
    const result = { ...raw, changed: false, msg: `it ${why}` }
    if (options.ignoreErrors) return { outcome: { ...did, result, disturbs: 'everything' }, shown: 'ignored' }
    const failure = stepFailure(run, placed, why, frame)
    return { outcome: { ...did, result, disturbs: 'everything', failure }, shown: 'failed' }
  }
  // The answer comes with the questions.
  if (placed.asksAgain && !failed) return { outcome: undefined, shown: 'retried' }
  try {
    const { judgement } = options ?? {}
    const told = judgement?.judge(until ? { ...raw, attempts } : raw) ?? raw
    // It did what it did, and its task says that this is no failure.
    const judged =
      failed && !told.failed && !judgement?.tellsChanges && !change?.changesNothing
        ? { ...told, changed: true }
        : told
    const open = until !== undefined && !until.holds(judged)
    if (open && attempts <= until.retries && change)
      return { outcome: { result: judged, ...did, again: change }, shown: 'retried' }
    const result = open ? { ...judged, failed: true } : judged
    if (!result.failed)
      return { outcome: { result, ...did }, shown: result.changed ? 'changed' : 'unchanged' }
    if (options?.ignoreErrors) return { outcome: { result, ...did }, shown: 'ignored' }
    const failure = stepFailure(
      run,
      placed,
      open ? `was not as it must be after ${attempts} attempts` : undefined,
      frame,
    )
    return { outcome: { result, ...did, failure }, shown: 'failed' }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const result = { ...raw, failed: true, msg: error.message }
    return { outcome: { result, ...did, failure: error }, shown: 'failed' }
  }
}

/** What is told of a step that was started and left alone. */
function leftJob(id: string): Registered['found'] {
  return { ansible_job_id: id, started: 1, finished: 0, results_file: `~/.ansible_async/${id}` }
}

/** What a step printed, as it may be shown. */
function printed({ step }: PlacedStep, { stdout, stderr }: Finished): string {
  const text = [stdout, stderr].filter((one) => one.trim() !== '').join('\n')
  return veilOf(step.resource?.options.secrets ?? [])(text)
}

async function stepScript(run: HostRun, placed: PlacedStep, signal: AbortSignal): Promise<StepScript> {
  const { step } = placed
  const change = changeOf(step)
  if (!change || !step.resource) throw new Error(`${step.id} has nothing to run`)
  const uploads: Record<string, string> = {}
  for (const upload of change.uploads ?? []) {
    const content = 'from' in upload ? await run.download(upload.from, signal) : upload.content
    uploads[upload.name] = await run.upload(content, signal, step.resource.options.on)
  }
  const { ignoreErrors, runAs, environment, pause, timeout, left } = step.resource.options
  if (left !== undefined && Object.keys(uploads).length > 0)
    throw new Failure('INVALID_INPUT', 'what needs a large content sent along cannot be left alone', {
      where: { resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      next: 'give it a poll above 0',
    })
  return {
    script: change.script,
    ...(pause === undefined ? {} : { before: sh`sleep ${pause}` }),
    title: step.id,
    takesLong: change.takesLong ?? pause !== undefined,
    ignoreErrors,
    environment,
    uploads,
    ...(runAs ? { runAs } : {}),
    ...(timeout === undefined ? {} : { timeout }),
    ...(left === undefined ? {} : { left }),
    ...(placed.notes ? { notes: placed.notes } : {}),
    ...(placed.forgets ? { forgets: placed.forgets } : {}),
  }
}

function stepFailure(run: HostRun, placed: PlacedStep, why: string | undefined, frame: Finished): Failure {
  const { step } = placed
  const output = step.resource?.options.noLog ? '' : printed(placed, frame)
  const next = likelyCause(output)
  return new Failure(
    'STEP_FAILED',
    `${changeOf(step)?.summary ?? 'the change'} ${why ?? (frame.status === 0 ? 'failed by what the task says of its result' : `failed with status ${frame.status}`)}`,
    {
      where: { host: run.host.name, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      output: output.trimEnd().split('\n').slice(-20).join('\n'),
      ...(next ? { next } : {}),
    },
  )
}
