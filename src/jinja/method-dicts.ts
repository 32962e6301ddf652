import { itemsOf, pairsOf } from './compare.ts'
import { JinjaError } from './failure.ts'
import type { Method } from './method.ts'
import { dict, entriesOf, hasKey, isMapping, keysOf, plainKey, present, tupleOf, valueAt } from './values.ts'

type Mapping = Map<unknown, unknown> | Record<string, unknown>

function put(mapping: Mapping, key: unknown, value: unknown): void {
  if (mapping instanceof Map) mapping.set(plainKey(key), value)
  else
    Object.defineProperty(mapping, String(key), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

function drop(mapping: Mapping, key: unknown): void {
  if (mapping instanceof Map) mapping.delete(plainKey(key))
  else Reflect.deleteProperty(mapping, String(key))
}

/** Methods of mappings. */
export const dictMethods: Readonly<Record<string, Method<Mapping>>> = {
  get: {
    parameters: 'key! default',
    call: (mapping, [key, otherwise]) => {
      present(key)
      const found = hasKey(mapping, key) ? valueAt(mapping, key) : otherwise
      return found === undefined ? null : found
    },
  },
  items: { parameters: '', call: (mapping) => pairsOf(mapping) },
  keys: { parameters: '', call: (mapping) => [...keysOf(mapping)] },
  values: { parameters: '', call: (mapping) => entriesOf(mapping).map(([, value]) => value) },
  copy: { parameters: '', call: (mapping) => dict(entriesOf(mapping)) },
  update: {
    parameters: 'other **',
    changes: true,
    call: (mapping, [other, named], { work }) => {
      if (other !== undefined)
        for (const [key, value] of isMapping(other) ? entriesOf(other) : itemsOf(other, work).map(pairOf))
          put(mapping, key, value)
      if (named instanceof Map) for (const [key, value] of named) put(mapping, key, value)
      return null
    },
  },
  setdefault: {
    parameters: 'key! default',
    changes: true,
    call: (mapping, [key, otherwise = null]) => {
      if (!hasKey(mapping, key)) put(mapping, key, otherwise)
      return valueAt(mapping, key)
    },
  },
  pop: {
    parameters: 'key! default',
    changes: true,
    call: (mapping, [key, otherwise]) => {
      if (!hasKey(mapping, key)) {
        if (otherwise !== undefined) return otherwise
        throw new JinjaError('the key to take away is not in the mapping')
      }
      const value = valueAt(mapping, key)
      drop(mapping, key)
      return value
    },
  },
  popitem: {
    parameters: '',
    changes: true,
    call: (mapping) => {
      const last = entriesOf(mapping).at(-1)
      if (!last) throw new JinjaError('the mapping is empty')
      drop(mapping, last[0])
      return tupleOf(last)
    },
  },
  clear: {
    parameters: '',
    changes: true,
    call: (mapping) => {
      for (const key of keysOf(mapping)) drop(mapping, key)
      return null
    },
  },
}

function pairOf(pair: unknown): readonly [unknown, unknown] {
  if (Array.isArray(pair) && pair.length === 2) return [pair[0], pair[1]]
  throw new JinjaError('pairs of keys and values are needed here')
}
