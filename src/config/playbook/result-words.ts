import type { Fields } from './fields.ts'
import type { ResultWords } from './spec.ts'

/** What a task says of its own result. */
export function resultWords(fields: Fields): ResultWords {
  const list = (name: string) => (fields.raw(name) ? fields.several(name) : undefined)
  const [changedWhen, failedWhen, until] = [list('changed_when'), list('failed_when'), list('until')]
  const [retries, delay] = [fields.raw('retries'), fields.raw('delay')]
  const [async, poll] = [fields.raw('async'), fields.raw('poll')]
  return {
    ...(changedWhen ? { changedWhen } : {}),
    ...(failedWhen ? { failedWhen } : {}),
    ...(until ? { until } : {}),
    ...(async ? { async } : {}),
    ...(poll ? { poll } : {}),
    ...(retries ? { retries } : {}),
    ...(delay ? { delay } : {}),
  }
}
