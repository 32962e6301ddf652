import type { Emit, StepOutcome } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { veilOf } from '../model/marked.ts'
import { changeOf } from '../model/plan.ts'
import { needless } from '../shell/program.ts'
import { likelyCause } from './diagnosis.ts'
import type { HostRun } from './host.ts'
import type { Outcome, PlacedStep } from './planning.ts'
import { type Finished, judgedBy, overdue, printedBy } from './printed.ts'
import { refusedLine } from './refused-line.ts'

/** Keeps what came of a step, and tells it. */
export function keepFinished(run: HostRun, placed: PlacedStep, frame: Finished, emit: Emit): void {
  const { step } = placed
  const { outcome, shown } = outcomeOf(run, placed, frame)
  const { noLog = false } = step.resource?.options ?? {}
  const output = printed(placed, frame)
  emit({
    is: 'step-finished',
    host: run.host.name,
    step: step.id,
    title: step.title,
    play: step.play,
    summary: changeOf(step)?.summary ?? '',
    outcome: shown,
    milliseconds: frame.milliseconds,
    ...(noLog || output === '' ? {} : { output }),
  })
  run.carried.keep(placed, outcome)
}

/** What came of a step, as its task judges it. */
function outcomeOf(
  run: HostRun,
  placed: PlacedStep,
  frame: Finished,
): { readonly outcome: Outcome | undefined; readonly shown: StepOutcome } {
  const { options } = placed.step.resource ?? {}
  const change = changeOf(placed.step)
  const isNeedless = frame.status === needless
  const { raw, read } = printedBy(change, options, frame)
  const { rc } = raw
  const did = {
    disturbs: isNeedless ? [] : (change?.disturbs ?? 'everything'),
    queries: placed.step.resource?.queries ?? {},
  }
  const { until } = options?.judgement ?? {}
  const attempts = until ? run.carried.countTry(placed.key) : 0
  if (options?.timeout !== undefined && rc === overdue) {
    const why = `did not end within ${options.timeout} s, and was ended`
    const result = { ...raw, changed: false, msg: `it ${why}` }
    if (options.ignoreErrors) return { outcome: { ...did, result, disturbs: 'everything' }, shown: 'ignored' }
    const failure = stepFailure(run, placed, why, frame)
    return { outcome: { ...did, result, disturbs: 'everything', failure }, shown: 'failed' }
  }
  // The answer comes with the questions.
  if (placed.asksAgain && !raw.failed) return { outcome: undefined, shown: 'retried' }
  try {
    const judged = judgedBy(change, options, { raw: until ? { ...raw, attempts } : raw, read })
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
      open ? `was not as it must be after ${attempts} attempts` : read?.failed ? 'failed' : undefined,
      frame,
    )
    return { outcome: { result, ...did, failure }, shown: 'failed' }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const result = { ...raw, failed: true, msg: error.message }
    return { outcome: { result, ...did, failure: error }, shown: 'failed' }
  }
}

/** What a step printed, as it may be shown. */
function printed({ step }: PlacedStep, { status: rc, stdout, stderr }: Finished): string {
  const read = rc === needless ? undefined : changeOf(step)?.reads?.({ rc, stdout, stderr })
  const text = read?.shown ?? [stdout, stderr].filter((one) => one.trim() !== '').join('\n')
  return veilOf(step.resource?.options.secrets ?? [])(text)
}

function stepFailure(run: HostRun, placed: PlacedStep, why: string | undefined, frame: Finished): Failure {
  const { step } = placed
  const output = step.resource?.options.noLog ? '' : printed(placed, frame)
  const { ownLines } = step.resource?.options ?? {}
  const next = (ownLines && refusedLine(output, changeOf(step), ownLines())) ?? likelyCause(output)
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
