import type { Fields } from './fields.ts'
import type { ResultWords } from './spec.ts'

/** What a task says of its own result. */
export function resultWords(fields: Fields): ResultWords {
  const list = (name: string) => (fields.raw(name) ? fields.several(name) : undefined)
  const [changedWhen, failedWhen, until] = [list('changed_when'), list('failed_when'), list('until')]
  const [retries, delay] = [fields.raw('retries'), fields.raw('delay')]
  return {
    ...(changedWhen ? { changedWhen } : {}),
    ...(failedWhen ? { failedWhen } : {}),
    ...(until ? { until } : {}),
    ...(retries ? { retries } : {}),
    ...(delay ? { delay } : {}),
  }
}
