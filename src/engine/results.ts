import { ofLoop } from '../model/looped.ts'
import { type Registered, type Resource, unchanged } from '../model/resource.ts'
import type { Looped } from '../model/task.ts'
import type { Judged } from './item.ts'
import type { Notified } from './notifications.ts'

/** The result of a loop, as far as its items came; nothing where the task has none. */
export function looped(
  items: readonly Looped[] | undefined,
  results: readonly (Registered | undefined)[],
): Registered | undefined {
  if (!items) return undefined
  const all = items.flatMap(({ item, resource }): Registered[] => {
    if (resource === undefined) return [{ ...unchanged, skipped: true, item }]
    const result = results[resource]
    return result ? [{ ...result, item }] : []
  })
  return ofLoop(all)
}

/** Does this step notify handlers, and how sure is that? A step that was sent before is known by what came of it. */
export function changing(
  { id, options }: Resource,
  { verdict, result, asksAgain }: Judged,
): Notified | undefined {
  if (asksAgain) return undefined
  if (result) return result.changed && !result.failed ? 'surely' : undefined
  if (verdict.is === 'converged' || verdict.is === 'failed') return undefined
  if (verdict.is === 'provisional' && !verdict.expected) return undefined
  if (verdict.is === 'change' && verdict.change.changesNothing) return undefined
  const sure = verdict.is === 'change' && !options.judgement && !options.ignoreErrors
  return sure ? 'surely' : { after: id }
}
