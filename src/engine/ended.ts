import { Failure } from '../model/failure.ts'
import type { FormerEnd } from '../model/progress.ts'
import type { Registered, Resource } from '../model/resource.ts'
import { judgedBy, overdue, printedBy } from './printed.ts'

/**
 * What came of a step that ended before its run was cut off; `undefined` where it is to be made again: it failed, and nothing was done
 * about that yet, or it is to be tried until something holds. A thing that is as it should be by now has no change any more that could say more of it.
 */
export function endedBefore(
  resource: Resource,
  found: Record<string, unknown>,
  end: FormerEnd,
): Registered | undefined {
  const { options } = resource
  if (end.status === overdue && !end.wasRescued) return undefined
  const change = resource.converge(found, { touches: () => false })
  const known = change ?? (end.changesNothing ? { changesNothing: true as const } : undefined)
  try {
    const { raw, read } = printedBy(known, options, end)
    const result = judgedBy(known, options, { raw, read })
    const { until } = options.judgement ?? {}
    if (until && !until.holds(result)) return undefined
    return result.failed && !options.ignoreErrors && !end.wasRescued ? undefined : result
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
