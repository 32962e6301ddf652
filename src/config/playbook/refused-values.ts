import type { Failure } from '../../model/failure.ts'
import { plain } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import type { Fields } from './fields.ts'
import { wronglyGrouped } from './module-defaults.ts'
import { strategies } from './words.ts'

/** Words that mean something here for some values only: what is refused of each, and what to do instead. */
const refusals: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  strategy: (value) =>
    strategies.includes(String(value).replace(/^ansible\.builtin\./, ''))
      ? undefined
      : 'write linear, free, host_pinned or debug: they all have hosts worked on side by side, none waiting for another',
  allow_duplicates: (value) => (isNo(value) ? 'give the task a condition' : undefined),
  module_defaults: (value) => wronglyGrouped(Object.keys((value ?? {}) as object)),
}

/** Notes what the values of keywords ask for that cannot be done here. */
export function refuseValues(fields: Fields, problems: Failure[]): void {
  for (const [name, refusal] of Object.entries(refusals)) {
    const value = fields.raw(name)
    const next = value && refusal(plain(value))
    if (next !== undefined)
      problems.push(problem('playbook-unsupported', `this "${name}" is not supported`, value?.origin, next))
  }
}

function isNo(value: unknown): boolean {
  return value === false || /^(no|off|false)$/i.test(String(value))
}
