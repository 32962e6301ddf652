import { JinjaError } from './failure.ts'
import { filterProblem } from './filters/index.ts'
import { testProblem } from './tests/index.ts'

/** What is wrong with something that was parsed, whatever its variables turn out to be: names of filters and tests. */
export function wrongNamesIn(part: unknown): readonly JinjaError[] {
  if (typeof part !== 'object' || part === null) return []
  const { is, name, at } = part as { readonly is?: unknown; readonly name?: unknown; readonly at?: unknown }
  const own =
    is === 'filter' ? filterProblem(String(name)) : is === 'test' ? testProblem(String(name)) : undefined
  if (own && typeof at === 'number') own.offset = at
  return [...(own ? [own] : []), ...Object.values(part).flatMap(wrongNamesIn)]
}

/** What parsing says, and what is wrong with names in what was parsed. */
export function problemsOf(parse: () => unknown): readonly JinjaError[] {
  try {
    return wrongNamesIn(parse())
  } catch (error) {
    if (error instanceof JinjaError) return [error]
    if (error instanceof RangeError) return [new JinjaError('this goes deeper than can be read')]
    throw error
  }
}
