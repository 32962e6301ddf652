import { JinjaError } from './failure.ts'
import {
  entriesOf,
  hasKey,
  isInt,
  isMapping,
  isSequence,
  keysOf,
  numberOf,
  present,
  Tuple,
  tuple,
  typeWords,
  Undefined,
  valueAt,
} from './values.ts'
import type { Work } from './work.ts'

/** Are two values equal, as Python compares them? */
export function equal(a: unknown, b: unknown, work: Work): boolean {
  work.spend()
  if (a instanceof Undefined || b instanceof Undefined) {
    present(a)
    present(b)
  }
  if (a === b) return true
  const [left, right] = [numberOf(a), numberOf(b)]
  if (left !== undefined && right !== undefined)
    return typeof a === 'bigint' && typeof b === 'bigint' ? a === b : left === right
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (isSequence(a) && isSequence(b)) {
    if (a.length !== b.length || a instanceof Tuple !== b instanceof Tuple) return false
    return work.deeper(() => Array.from(a.keys()).every((index) => equal(a[index], b[index], work)))
  }
  if (!isMapping(a) || !isMapping(b)) return (a ?? null) === null && (b ?? null) === null
  const keys = keysOf(a)
  return (
    keys.length === keysOf(b).length &&
    work.deeper(() => keys.every((key) => hasKey(b, key) && equal(valueAt(a, key), valueAt(b, key), work)))
  )
}

/** Less than 0, 0 or more, as the first comes before the second. Throws where Python knows no order. */
export function order(a: unknown, b: unknown, work: Work): number {
  work.spend()
  present(a)
  present(b)
  if (typeof a === 'string' && typeof b === 'string') return orderOfTexts(a, b)
  const [left, right] = [numberOf(a), numberOf(b)]
  if (left !== undefined && right !== undefined) {
    if (isInt(a) && isInt(b) && (typeof a === 'bigint' || typeof b === 'bigint'))
      return BigInt(a) < BigInt(b) ? -1 : a === b ? 0 : 1
    return left - right
  }
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (isSequence(a) && isSequence(b) && a instanceof Tuple === b instanceof Tuple)
    return work.deeper(() => {
      for (let index = 0; index < Math.min(a.length, b.length); index++)
        if (!equal(a[index], b[index], work)) return order(a[index], b[index], work)
      return a.length - b.length
    })
  throw new JinjaError(`${typeWords(a)} and ${typeWords(b)} have no order`, {
    next: 'turn them into the same type: x | int, x | string',
  })
}

/** By code points, as Python does; JavaScript compares halves of them. */
function orderOfTexts(a: string, b: string): number {
  if (a === b) return 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is ASCII needs no second look
  if (/^[\x00-\x7f]*$/.test(a) && /^[\x00-\x7f]*$/.test(b)) return a < b ? -1 : 1
  const [left, right] = [[...a], [...b]]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Is `part` in `whole`? */
export function contains(whole: unknown, part: unknown, work: Work): boolean {
  present(whole)
  present(part)
  if (typeof whole === 'string') {
    if (typeof part === 'string') return whole.includes(part)
    throw new JinjaError(`only text can be in a text, and this is ${typeWords(part)}`, {
      next: 'write x | string',
    })
  }
  if (isSequence(whole)) return Array.from(whole.keys()).some((index) => equal(whole[index], part, work))
  if (isMapping(whole))
    return (
      hasKey(whole, part) || keysOf(whole).some((key) => typeof key === 'object' && equal(key, part, work))
    )
  throw new JinjaError(`nothing can be in ${typeWords(whole)}`)
}

/** The items that a loop over a value gives. Throws where there is nothing to loop over. */
export function itemsOf(value: unknown, work: Work): readonly unknown[] {
  if (value instanceof Undefined && value.isLenient) return []
  present(value)
  if (isSequence(value)) return value
  if (typeof value === 'string') return [...value]
  if (isMapping(value)) return keysOf(value)
  work.spend()
  throw new JinjaError(`a list is needed here, and this is ${typeWords(value)}`)
}

/** The pairs of a mapping as tuples. */
export function pairsOf(value: unknown): readonly Tuple[] {
  if (isMapping(value)) return entriesOf(value).map(([key, one]) => tuple(key, one))
  present(value)
  throw new JinjaError(`a mapping is needed here, and this is ${typeWords(value)}`)
}
