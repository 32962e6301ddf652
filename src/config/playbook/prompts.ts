import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { fieldsOf } from './fields.ts'
import type { Reading } from './reading.ts'
import { promptShape } from './words.ts'

/** Variables of `vars_prompt`: nobody is asked, so they have their defaults, or are given with `-e`. */
export function prompted(prompts: readonly Sourced[], reading: Reading): readonly Sourced[] {
  const entries = new Map<string, SourcedEntry>()
  for (const prompt of prompts) {
    const fields = fieldsOf(prompt, promptShape, reading.problems)
    const name = fields.text('name')
    const fallback = fields.raw('default')
    if (name === undefined || reading.extra.has(name)) continue
    if (fallback) entries.set(name, { key: prompt.origin, value: fallback })
    else
      reading.problems.push(
        problem(
          `nobody is asked for ${name} here, and it has no default`,
          prompt.origin,
          `give it with -e ${name}=VALUE or -e @FILE`,
        ),
      )
  }
  const [first] = prompts
  return first && entries.size > 0 ? [{ origin: first.origin, entries }] : []
}
