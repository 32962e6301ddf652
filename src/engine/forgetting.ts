import type { Change } from '../model/change.ts'
import type { Resource } from '../model/resource.ts'
import { forget } from '../shell/notes.ts'

/** Takes notes of handlers off a host that has nothing to do for them any more. */
export function forgetting(ids: readonly string[]): Change {
  return {
    summary: 'is needed no more',
    differences: [],
    script: forget(ids),
    impact: 'none',
    disturbs: [],
  }
}

/** What is done for the run's own bookkeeping. */
export const nothingToAsk: Resource = {
  id: 'handler[]',
  title: 'handlers',
  queries: {},
  options: { noLog: false, ignoreErrors: false, environment: {}, always: true },
  converge: () => undefined,
}
