import { search } from '@jmespath-community/jmespath'
import { JinjaError } from '../failure.ts'
import { textGiven } from '../given.ts'
import { jsonOf } from '../json-dump.ts'
import { dict, float } from '../values.ts'
import type { Work } from '../work.ts'
import type { Filters } from './filter.ts'

/** In one line, which nobody reads. */
const plainly = { indent: undefined, sortKeys: false, ascii: false, between: ',', colon: ':' } as const

/** Questions to values in the language of JMESPath, https://jmespath.org/specification.html. */
export const jsonQuery: Filters = {
  json_query: {
    parameters: 'expr',
    differs: 'a float that is whole comes back as a whole number',
    call: (value, [expression], { work }) => {
      const text = textGiven(expression, 'json_query')
      return fromPlain(answer(text, JSON.parse(jsonOf(value, plainly, work))), work)
    },
  },
}

function answer(expression: string, value: unknown): unknown {
  try {
    // Python's library takes words without quotes between backticks, too.
    return search(value as Parameters<typeof search>[0], expression, { enable_legacy_literals: true })
  } catch (error) {
    throw new JinjaError(`json_query cannot do "${expression}": ${(error as Error).message}`, {
      next: 'see https://jmespath.org/specification.html',
    })
  }
}

/** What a few words ask for can be large: the same part many times over. */
function fromPlain(value: unknown, work: Work): unknown {
  work.spend()
  if (typeof value === 'number') return Number.isInteger(value) ? value : float(value)
  if (typeof value !== 'object' || value === null) return value
  return work.deeper(() =>
    Array.isArray(value)
      ? value.map((one) => fromPlain(one, work))
      : dict(Object.entries(value).map(([key, one]) => [key, fromPlain(one, work)] as const)),
  )
}
