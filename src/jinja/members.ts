import { suggestion } from '../model/suggest.ts'
import { JinjaError } from './failure.ts'
import { methodOf } from './methods.ts'
import type { Runtime } from './runtime.ts'
import {
  Float,
  hasKey,
  isInt,
  isMapping,
  isSequence,
  keysOf,
  Namespace,
  numberOf,
  present,
  Tuple,
  tupleOf,
  typeWords,
  Undefined,
  valueAt,
} from './values.ts'

/** Where something was asked for, and how the value it was asked of is written. */
interface Asked {
  readonly at: number
  readonly written: () => string
}

/** `value.name`: a method or an attribute, and else an item. */
export function attributeOf(value: unknown, name: string, run: Runtime, asked: Asked): unknown {
  // Asking further of what is not there gives what was not there first.
  if (value instanceof Undefined) return value
  if (value instanceof Namespace && value.fields.has(name)) return value.fields.get(name)
  const part = partOfGroup(value, name)
  if (part !== undefined) return part
  const method = methodOf(value, name, run)
  if (method !== undefined) return method
  if (isMapping(value) && hasKey(value, name)) return found(valueAt(value, name))
  return absent(value, name, asked)
}

/** The parts of what groupby gives have names. */
function partOfGroup(value: unknown, name: string): unknown {
  const isPart = value instanceof Tuple && (name === 'grouper' || name === 'list')
  return isPart ? Reflect.get(value, name) : undefined
}

/** `value[key]`: an item, and else an attribute. */
export function itemAt(value: unknown, key: unknown, run: Runtime, asked: Asked): unknown {
  if (value instanceof Undefined) return value
  present(key)
  if (isMapping(value)) {
    if (hasKey(value, key)) return found(valueAt(value, key))
    const same =
      key instanceof Tuple
        ? keysOf(value).find(
            (one) =>
              one instanceof Tuple && run.filter('string', one, none) === run.filter('string', key, none),
          )
        : undefined
    if (same !== undefined) return found(valueAt(value, same))
  }
  const index =
    key instanceof Float
      ? undefined
      : typeof key === 'boolean'
        ? Number(key)
        : isInt(key)
          ? Number(key)
          : undefined
  if (index !== undefined && (isSequence(value) || typeof value === 'string')) {
    const whole = typeof value === 'string' ? [...value] : value
    const at = index < 0 ? whole.length + index : index
    if (at >= 0 && at < whole.length) return found(whole[at])
    return new Undefined(
      `${asked.written()} has ${whole.length} ${whole.length === 1 ? 'item' : 'items'}: no such position`,
      { offset: asked.at, next: () => 'positions count from 0' },
    )
  }
  if (typeof key === 'string') {
    const part = partOfGroup(value, key)
    if (part !== undefined) return part
    if (value instanceof Namespace && value.fields.has(key)) return value.fields.get(key)
    const method = methodOf(value, key, run)
    if (method !== undefined) return method
  }
  return absent(value, key, asked)
}

const none = { positional: [], named: new Map<string, unknown>() }

function found(value: unknown): unknown {
  return value === undefined ? null : value
}

function absent(value: unknown, key: unknown, { at, written }: Asked): Undefined {
  const name =
    typeof key === 'string' || numberOf(key) !== undefined
      ? String(key instanceof Float ? key.value : key)
      : 'such key'
  if (!isMapping(value) && !(value instanceof Namespace))
    return new Undefined(`${written()} is ${typeWords(value)} and has no "${name}"`, { offset: at })
  const names = value instanceof Namespace ? [...value.fields.keys()] : keysOf(value).map(String)
  return new Undefined(`${written()} has no "${name}"`, { offset: at, next: () => suggestion(name, names) })
}

/** `value[start:stop:step]`. */
export function sliceOf(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (value instanceof Undefined) return value
  const items = typeof value === 'string' ? [...value] : value
  if (!isSequence(items))
    throw new JinjaError(`${typeWords(value)} has no parts`, { next: 'only lists and texts have' })
  const stride = bound(step) ?? 1
  if (stride === 0) throw new JinjaError('a step of 0 leads nowhere')
  const { length } = items
  const place = (given: unknown, otherwise: number) => {
    const at = bound(given)
    if (at === undefined) return otherwise
    const counted = at < 0 ? length + at : at
    return stride > 0 ? Math.min(Math.max(counted, 0), length) : Math.min(Math.max(counted, -1), length - 1)
  }
  const from = place(start, stride > 0 ? 0 : length - 1)
  const to = place(stop, stride > 0 ? length : -1)
  const taken: unknown[] = []
  for (let at = from; stride > 0 ? at < to : at > to; at += stride) taken.push(items[at])
  if (typeof value === 'string') return taken.join('')
  return value instanceof Tuple ? tupleOf(taken) : taken
}

function bound(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  present(value)
  if (isInt(value)) return Number(value)
  throw new JinjaError(`a position is a whole number, and this is ${typeWords(value)}`, {
    next: 'write x | int',
  })
}
