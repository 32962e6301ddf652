import type { SelfTold } from '../model/change.ts'
import type { Emit, StepOutcome } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { veilOf } from '../model/marked.ts'
import { changeOf } from '../model/plan.ts'
import type { Registered } from '../model/resource.ts'
import { needless } from '../shell/program.ts'
import { likelyCause } from './diagnosis.ts'
import type { HostRun } from './host.ts'
import type { Outcome, PlacedStep } from './planning.ts'
import { refusedLine } from './refused-line.ts'

/** The end of a step: how its program ended, what it printed, and how long it took. */
export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
  /** What it tells beside, and whether that is to be shown, where no program said it. */
  readonly found?: Registered['found']
  readonly isSecret?: boolean
}

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

/** The status of a step that was ended because its time was over. */
export const overdue = 1124

/** What came of a step, as its task judges it. */
function outcomeOf(
  run: HostRun,
  placed: PlacedStep,
  frame: Finished,
): { readonly outcome: Outcome | undefined; readonly shown: StepOutcome } {
  const { options } = placed.step.resource ?? {}
  const change = changeOf(placed.step)
  const { stdout, stderr } = frame
  const isNeedless = frame.status === needless
  const rc = isNeedless ? 0 : frame.status
  const read = isNeedless ? undefined : change?.reads?.({ rc, stdout, stderr })
  const failed = read?.failed ?? rc !== 0
  const secret = options?.noLog || frame.isSecret ? ({ secret: true } as const) : {}
  const isLeft = options?.left !== undefined && !failed
  const raw: Registered = {
    changed: !failed && !isNeedless && !change?.changesNothing && (change?.didChange?.(stdout) ?? true),
    failed,
    skipped: false,
    rc,
    stdout: isLeft ? '' : stdout,
    stderr,
    ...(isLeft ? { found: leftJob(stdout.trim()) } : {}),
    ...(change?.tells && !failed && !isLeft && !isNeedless ? { found: change.tells(stdout) } : {}),
    ...(frame.found ? { found: frame.found } : {}),
    ...(read ? registeredOf(read) : {}),
    ...secret,
  }
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
  if (placed.asksAgain && !failed) return { outcome: undefined, shown: 'retried' }
  try {
    const { judgement } = options ?? {}
    const told = judgement?.judge(until ? { ...raw, attempts } : raw) ?? raw
    // It did what it did, and its task says that this is no failure.
    const judged =
      failed && !told.failed && !judgement?.tellsChanges && !change?.changesNothing && !read
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

/** A result without what people are shown of it. */
function registeredOf({ shown: _, ...told }: SelfTold): Registered {
  return told
}

/** What is told of a step that was started and left alone. */
function leftJob(id: string): Registered['found'] {
  return { ansible_job_id: id, started: 1, finished: 0, results_file: `~/.ansible_async/${id}` }
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
