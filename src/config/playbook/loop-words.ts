import { problem } from '../problem.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
import type { Reading } from './reading.ts'
import { variableName } from './register.ts'
import type { Loop } from './spec.ts'
import { loopShape } from './words.ts'

/** Does this key of a task repeat it? */
export function isLoopWord(name: string): boolean {
  return name === 'loop' || name.startsWith('with_')
}

/** The loop of a task, where it has one; what is wrong with it is noted. */
export function loopOf(fields: Fields, { problems }: Reading): Loop | undefined {
  const { value } = fields
  const words = 'entries' in value ? [...value.entries.keys()].filter(isLoopWord) : []
  const [word, other] = words
  if (word === undefined) return undefined
  const entry = 'entries' in value ? value.entries.get(word) : undefined
  if (other !== undefined && entry)
    problems.push(
      problem(
        'playbook-loop',
        `a task has one loop, and this one has ${word} and ${other}`,
        entry.key,
        'remove one of them',
      ),
    )
  const items = fields.raw(word)
  const control = fields.mapping('loop_control')
  const said = control && fieldsOf(control, loopShape, problems)
  const named = (name: string) => {
    const raw = said?.raw(name)
    return raw && attempt(problems, () => validate(variableName, raw, name))
  }
  const index = named('index_var')
  const pause = said?.raw('pause')
  const extended = said?.flag('extended')
  const allItems = said?.flag('extended_allitems') ?? true
  return (
    items && {
      items,
      word,
      variable: named('loop_var') ?? 'item',
      ...(index === undefined ? {} : { index }),
      ...(extended ? { extended: allItems ? 'with all items' : 'without them' } : {}),
      ...(pause ? { pause } : {}),
    }
  )
}
