import { z } from 'zod'
import type { Judgement, Registered } from '../../model/resource.ts'
import type { Knowledge } from '../../model/task.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { validate } from '../validate.ts'
import type { ResultWords } from './spec.ts'

const number = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number),
])

/** How a task judges its own result, where it says anything of it. Throws what computing its numbers throws. */
export function judgementOf(
  spec: ResultWords & { readonly register?: string },
  known: Knowledge,
  scopeWith: (known: Knowledge) => Scope,
  resolver: Resolver,
): Judgement | undefined {
  const { changedWhen, failedWhen, until, retries, delay, register } = spec
  if (!changedWhen && !failedWhen && !until) return undefined
  const scopeOf = (result: Registered) => {
    if (register === undefined) return scopeWith(known)
    const assigned = new Map([...(known.assigned ?? [])].filter(([name]) => name !== register))
    const coming = known.coming && new Set([...known.coming].filter((name) => name !== register))
    const registered = new Map(known.registered).set(register, result)
    return scopeWith({ ...known, registered, assigned, ...(coming ? { coming } : {}) })
  }
  const holds = (conditions: NonNullable<ResultWords['until']>, result: Registered) => {
    const scope = scopeOf(result)
    return conditions.every((one) => resolver.condition(one, scope))
  }
  const amount = (written: typeof retries, usual: number, name: string) =>
    written ? validate(number, resolver.sourced(written, scopeWith(known)), name) : usual
  return {
    decides: failedWhen !== undefined || until !== undefined,
    tellsChanges: changedWhen !== undefined,
    judge: (result) => {
      const changed = changedWhen ? { ...result, changed: holds(changedWhen, result) } : result
      return failedWhen ? { ...changed, failed: holds(failedWhen, changed) } : changed
    },
    ...(until
      ? {
          until: {
            holds: (result) => holds(until, result),
            retries: amount(retries, 3, 'retries'),
            delay: amount(delay, 5, 'delay'),
          },
        }
      : {}),
  }
}
