import type { Change } from '../model/change.ts'
import { Failure } from '../model/failure.ts'
import { changeIn, type Verdict } from '../model/plan.ts'
import { type Registered, type Resource, unchanged } from '../model/resource.ts'
import { affects } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { endedBefore } from './ended.ts'
import { readingsOf } from './inspect.ts'
import { judge } from './judge.ts'
import type { Pendings } from './pendings.ts'
import type { Memory, Outcome, PlanInput } from './planning.ts'

/** A resource that is planned again after that many changes of its own will not converge. */
export const attempts = 2

/** What a plan says of one resource of a task, and what came of it where that is known. */
export interface Judged {
  readonly verdict: Verdict
  readonly result?: Registered
  readonly failure?: Failure
  /** Its questions were not asked yet. */
  readonly unasked?: true
  readonly wait?: number
  readonly asksAgain?: true
}

/** Judges one resource by what was found, or by what came of it where it was carried out. */
export function judgeItem(
  resource: Resource,
  { key, later }: { readonly key: string; readonly later: ReadonlyMap<string, Outcome> },
  pending: Pendings,
  input: PlanInput,
): Judged {
  if (input.leftOut?.has(key))
    return {
      verdict: { is: 'skipped' },
      result: { ...unchanged, skipped: true, msg: 'left out at the terminal' },
    }
  const outcome = input.outcomes.get(key)
  if (outcome?.failure) return { verdict: { is: 'failed' }, result: outcome.result, failure: outcome.failure }
  const found = readingsOf(resource, input.answers)
  if (!found) return { verdict: { is: 'unknown', after: 'an inspection of its own' }, unasked: true }
  const end = outcome ? undefined : input.endOf?.(key, resource.id)
  const ended = end && endedBefore(resource, found, end)
  if (ended?.failed && !resource.options.ignoreErrors)
    return failed(resource, ended, 'had failed before the run was cut off')
  if (ended) return { verdict: { is: 'converged' }, result: ended }
  if (outcome?.again) {
    const { until } = resource.options.judgement ?? {}
    return { verdict: { is: 'change', change: outcome.again }, wait: until?.delay ?? 0 }
  }
  const wanted = judge(resource, found, pending, input.done.has(key))
  const undone = changeIn(wanted) && isUndone(resource, key, later, input)
  const verdict = undone ? ({ is: 'converged' } as const) : wanted
  if (outcome) return { verdict, result: outcome.result }
  return judgeAsked(resource, found, verdict, { key, tries: input.tries.get(key) ?? 0 })
}

/** What was only asked, and was answered when its turn came: it is not asked again. */
export function answered(
  resource: Resource,
  memory: Memory | undefined,
  { answers }: PlanInput,
): Judged | undefined {
  if (!memory?.result) return undefined
  const found = readingsOf(resource, answers)
  const asked = found && resource.result?.(found)
  if (!asked || asked.skipped) return undefined
  const { failure } = memory
  return failure ? { verdict: { is: 'failed' }, failure } : { verdict: { is: 'converged' }, result: asked }
}

/** The failure of a step, with the host on which it failed. */
export function placed(
  { code, message, next, output, cause, where }: Failure,
  more: Failure['where'],
): Failure {
  return new Failure(code, message, {
    where: { ...more, ...where },
    cause,
    ...(next === undefined ? {} : { next }),
    ...(output ? { output } : {}),
  })
}

/** What was only asked, by the host's answer; whatever has a change to make has no result yet. */
function judgeAsked(
  resource: Resource,
  found: Record<string, unknown>,
  verdict: Verdict,
  { tries }: { readonly key: string; readonly tries: number },
): Judged {
  const { judgement } = resource.options
  const told = resource.result?.(found)
  const isAsked = told !== undefined && !told.skipped
  // What need not run is no task that was skipped.
  const asked = told && { ...told, skipped: false }
  if (verdict.is === 'provisional') return { verdict }
  // Where nothing would be altered but the answer is a failure, that answer is judged.
  const isAnswer = isAsked && verdict.is === 'change' && verdict.change.disturbs.length === 0
  if (verdict.is === 'change' && !(isAnswer && judgement)) return { verdict }
  if (!judgement) return { verdict, result: asked ?? unchanged }
  const result = judgement.judge(counted(asked ?? unchanged, tries))
  const { until } = judgement
  if (until && !until.holds(result)) {
    if (tries <= until.retries && isAsked)
      return {
        verdict: { is: 'change', change: askAgain },
        asksAgain: true,
        ...(tries > 0 ? { wait: until.delay } : {}),
      }
    return failed(resource, { ...result, failed: true }, `did not hold after ${tries} more attempts`)
  }
  if (result.failed) return failed(resource, result, 'failed by what the task says of its result')
  return { verdict: { is: 'converged' }, result }
}

function failed(resource: Resource, result: Registered, message: string): Judged {
  if (resource.options.ignoreErrors) return { verdict: { is: 'converged' }, result }
  const { noLog } = resource.options
  const failure = new Failure('STEP_FAILED', result.msg ?? message, {
    where: { resource: resource.id, ...(resource.origin ? { origin: resource.origin } : {}) },
    ...(noLog
      ? {}
      : { output: [result.stdout, result.stderr].filter((text) => text.trim() !== '').join('\n') }),
  })
  return { verdict: { is: 'failed' }, result, failure }
}

function counted(result: Registered, tries: number): Registered {
  return tries === 0 ? result : { ...result, attempts: tries }
}

const askAgain: Change = {
  summary: 'ask again, until it holds',
  differences: [],
  script: sh`:`,
  impact: 'none',
  disturbs: ['*'],
}

/**
 * A step that later ones of the same run undid: tasks are made in their order, so the later one has its way. What may do anything, such
 * as a command, is believed to have meant it: to stop a service once more that a command behind it has started would take back what the
 * playbook says. A step that had nothing to do when its turn came is undone by another one that says what it alters only where that is
 * of its own sort: a service that a file came after is wanted again.
 */
function isUndone(
  { queries }: Resource,
  key: string,
  later: ReadonlyMap<string, Outcome>,
  { outcomes }: PlanInput,
): boolean {
  const made = outcomes.has(key)
  const asked = Object.values(queries)
  const sensors = new Set(asked.map(({ sensor }) => sensor.name))
  return [...later.values()].some(({ disturbs, queries: theirs }) => {
    if (disturbs === 'everything') return true
    const isSameSort = made || Object.values(theirs).some(({ sensor }) => sensors.has(sensor.name))
    return isSameSort && asked.some((query) => affects(disturbs, query))
  })
}
