import { copied } from './arithmetic.ts'
import { bound } from './given.ts'
import { Loop } from './loop.ts'
import type { Method } from './method.ts'
import { dateMethods } from './method-dates.ts'
import { dictMethods } from './method-dicts.ts'
import { listMethods } from './method-lists.ts'
import { textMethods } from './method-texts.ts'
import type { Runtime } from './runtime.ts'
import {
  Callable,
  Duration,
  float,
  isFloat,
  isInt,
  isMapping,
  isSequence,
  numberOf,
  Tuple,
} from './values.ts'

/** Python's method of this name, of a text, a list, a mapping or a time; `undefined` where the value has none such. */
export function methodOf(value: unknown, name: string, run: Runtime): unknown {
  if (value instanceof Loop) return value.field(name)
  if (value instanceof Duration) return ofDuration(value, name)
  if (value instanceof Date && name in dateFields) return dateFields[name]?.(value)
  const table = tableOf(value)
  const method = table && Object.hasOwn(table, name) ? table[name] : undefined
  if (!method || (value instanceof Tuple && method.changes)) return undefined
  const changes = method.changes ? changeable(value, run) : undefined
  return new Callable(
    name,
    (given) => method.call((changes ?? value) as never, bound(`${name}()`, method.parameters, given), run),
    changes,
  )
}

/** The value itself where the template made it, and else a copy that stands for it from now on. */
function changeable(value: unknown, run: Runtime): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (run.own.has(value)) return value
  const { value: copy, read } = run.reads.watched(() => (isSequence(value) ? [...value] : copied(value)))
  if (read.length > 0) run.spoiled.set(copy, read)
  run.own.add(copy)
  run.copies.set(value, copy)
  return copy
}

function tableOf(value: unknown): Readonly<Record<string, Method<never>>> | undefined {
  if (typeof value === 'string') return textMethods
  if (value instanceof Date) return dateMethods
  if (isSequence(value)) return listMethods
  if (isMapping(value)) return dictMethods
  return isInt(value) || isFloat(value) ? numberMethods : undefined
}

const numberMethods: Readonly<Record<string, Method<unknown>>> = {
  is_integer: { parameters: '', call: (value) => Number.isInteger(numberOf(value)) },
  bit_length: {
    parameters: '',
    call: (value) =>
      BigInt(Math.abs(numberOf(value) ?? 0))
        .toString(2)
        .replace(/^0$/, '').length,
  },
}

function ofDuration({ seconds }: Duration, name: string): unknown {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  if (name === 'days') return days
  if (name === 'seconds') return Math.floor(rest)
  if (name === 'microseconds') return Math.round((rest % 1) * 1e6)
  return name === 'total_seconds' ? new Callable(name, () => float(seconds)) : undefined
}

const dateFields: Readonly<Record<string, (time: Date) => unknown>> = {
  year: (time) => time.getUTCFullYear(),
  month: (time) => time.getUTCMonth() + 1,
  day: (time) => time.getUTCDate(),
  hour: (time) => time.getUTCHours(),
  minute: (time) => time.getUTCMinutes(),
  second: (time) => time.getUTCSeconds(),
  microsecond: (time) => time.getUTCMilliseconds() * 1000,
}
