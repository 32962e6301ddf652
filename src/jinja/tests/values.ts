import { contains, equal, itemsOf, order } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { toBool } from '../filters/numbers.ts'
import { numberGiven, wholeGiven } from '../given.ts'
import type { Runtime } from '../runtime.ts'
import {
  Callable,
  isFloat,
  isInt,
  isMapping,
  isSequence,
  numberOf,
  present,
  truth,
  Undefined,
} from '../values.ts'
import type { Test, Tests } from './test.ts'

const ask = (holds: (value: unknown, run: Runtime) => boolean): Test => ({
  parameters: '',
  holds: (value, _, run) => holds(value, run),
})
const compare = (holds: (order: number) => boolean): Test => ({
  parameters: 'other!',
  holds: (value, [other], { work }) => holds(order(value, other, work)),
})

const same: Test = { parameters: 'other!', holds: (value, [other], { work }) => equal(value, other, work) }
const different: Test = {
  parameters: 'other!',
  holds: (value, [other], { work }) => !equal(value, other, work),
}
const less = compare((found) => found < 0)
const atMost = compare((found) => found <= 0)
const greater = compare((found) => found > 0)
const atLeast = compare((found) => found >= 0)
const truthy: Test = {
  parameters: 'convert_bool',
  holds: (value, [convert = false]) => truth(converted(value, truth(convert))),
}
const subset: Test = {
  parameters: 'other!',
  holds: (value, [other], { work }) => {
    const all = itemsOf(other, work)
    return Array.from(itemsOf(value, work)).every((item) => contains(all, item, work))
  },
}
const superset: Test = {
  parameters: 'other!',
  holds: (value, [other], { work }) => {
    const all = itemsOf(value, work)
    return Array.from(itemsOf(other, work)).every((item) => contains(all, item, work))
  },
}

/** Tests of what a value is, and of how it compares with others. */
export const valueTests: Tests = {
  defined: { parameters: '', mindsNothing: true, holds: (value) => !(value instanceof Undefined) },
  undefined: { parameters: '', mindsNothing: true, holds: (value) => value instanceof Undefined },
  none: ask((value) => value === null),
  boolean: ask((value) => typeof value === 'boolean'),
  true: ask((value) => value === true),
  false: ask((value) => value === false),
  string: ask((value) => typeof value === 'string'),
  number: ask((value) => numberOf(value) !== undefined),
  integer: ask((value) => isInt(value)),
  float: ask((value) => isFloat(value)),
  mapping: ask((value) => isMapping(value)),
  sequence: ask((value) => typeof value === 'string' || isSequence(value) || isMapping(value)),
  iterable: ask((value) => typeof value === 'string' || isSequence(value) || isMapping(value)),
  callable: ask((value) => value instanceof Callable),
  even: ask((value) => numberGiven(value, 'even') % 2 === 0),
  odd: ask((value) => Math.abs(numberGiven(value, 'odd') % 2) === 1),
  divisibleby: {
    parameters: 'num!',
    holds: (value, [number]) => {
      const by = wholeGiven(number, 'divisibleby')
      if (by === 0) throw new JinjaError('this divides by 0')
      return numberGiven(value, 'divisibleby') % by === 0
    },
  },
  lower: ask(
    (value) => String(value) === String(value).toLowerCase() && String(value) !== String(value).toUpperCase(),
  ),
  upper: ask(
    (value) => String(value) === String(value).toUpperCase() && String(value) !== String(value).toLowerCase(),
  ),
  escaped: ask(() => false),
  sameas: {
    parameters: 'other!',
    holds: (value, [other], { work }) =>
      value === other ||
      (typeof value !== 'object' && typeof value === typeof other && equal(value, other, work)),
  },
  eq: same,
  equalto: same,
  '==': same,
  ne: different,
  '!=': different,
  lt: less,
  lessthan: less,
  '<': less,
  le: atMost,
  '<=': atMost,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: atLeast,
  '>=': atLeast,
  in: { parameters: 'seq!', holds: (value, [all], { work }) => contains(all, value, work) },
  contains: { parameters: 'value!', holds: (value, [part], { work }) => contains(value, part, work) },
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  any: ask((value, { work }) => Array.from(itemsOf(value, work)).some(truth)),
  all: ask((value, { work }) => Array.from(itemsOf(value, work)).every(truth)),
  truthy,
  falsy: {
    parameters: 'convert_bool',
    holds: (value, [convert = false]) => !truth(converted(value, truth(convert))),
  },
  nan: ask((value) => Number.isNaN(numberGiven(value, 'nan'))),
  isnan: ask((value) => Number.isNaN(numberGiven(value, 'nan'))),
}

function converted(value: unknown, convert: boolean): unknown {
  present(value)
  if (!convert || typeof value !== 'string') return value
  if (/^(?:yes|y|on|1|true|t)$/i.test(value.trim())) return true
  return /^(?:no|n|off|0|false|f|)$/i.test(value.trim()) ? false : toBool(value) === true || value
}
