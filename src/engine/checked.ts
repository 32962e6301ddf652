import { Failure } from '../model/failure.ts'
import { type Registered, type Resource, unchanged } from '../model/resource.ts'
import type { Judged } from './item.ts'

/** What comes of a change that is only checked: it is told, and counts as made; a command is left out. */
export function onlyChecked(resource: Resource, judged: Judged): Judged {
  const { verdict } = judged
  if (verdict.is === 'provisional')
    return { ...judged, verdict: { is: 'provisional', expected: undefined, after: verdict.after } }
  if (verdict.is !== 'change' || judged.asksAgain) return judged
  const { always, judgement, noLog, ignoreErrors } = resource.options
  const { change } = verdict
  const { shown: _, ...foretold } = change.foretold ?? { shown: '' }
  const raw: Registered = always
    ? { ...unchanged, skipped: true, msg: 'it would run if it were not only checked' }
    : { ...unchanged, changed: !change.changesNothing, ...foretold, ...(noLog ? { secret: true } : {}) }
  const result = judgement && !always ? judgement.judge(raw) : raw
  const text = `only checked, as the task says: ${noLog ? 'something' : change.summary}`
  if (!result.failed || ignoreErrors) return { verdict: { is: 'told', text }, result }
  const where = { resource: resource.id, ...(resource.origin ? { origin: resource.origin } : {}) }
  const failure = new Failure('STEP_FAILED', 'failed by what the task says of its result', { where })
  return { verdict: { is: 'failed' }, result, failure }
}
