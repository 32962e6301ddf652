import { explainedRules } from '../cluster/rules/index.ts'
import { inputRules } from '../config/rules/index.ts'
import { Failure } from '../model/failure.ts'
import { quoted } from '../model/quoted.ts'
import type { Explained } from '../model/rule.ts'
import { didYouMean } from '../model/suggest.ts'
import { proofRules, readingRules, writtenRules } from '../proof/index.ts'

/** A rule of `lint` with its id. */
export interface RuleExplained extends Explained {
  readonly id: string
}

/** Every rule that `lint` has, and a run before it sends anything. */
export function lintRules(): readonly RuleExplained[] {
  const all: Readonly<Record<string, Explained>> = {
    ...inputRules,
    ...explainedRules,
    ...proofRules,
    ...readingRules,
    ...writtenRules,
  }
  return Object.entries(all).map(([id, { severity, reason, source }]) => ({ id, severity, reason, source }))
}

/** The rule with an id. Throws INVALID_INPUT where there is none. */
export function lintRule(id: string): RuleExplained {
  const rules = lintRules()
  const rule = rules.find((one) => one.id === id)
  if (rule) return rule
  const ids = rules.map((one) => one.id)
  const near = ids.filter((one) => one.startsWith(id))
  const meant = didYouMean(id, ids)
  throw new Failure('INVALID_INPUT', `there is no rule ${quoted(id)}`, {
    next:
      near.length > 0
        ? `there are ${near.join(', ')}`
        : meant === undefined
          ? 'docs/rules.md has them all'
          : `did you mean ${quoted(meant)}?`,
  })
}
