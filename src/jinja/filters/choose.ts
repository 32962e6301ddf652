import { contains, equal, itemsOf, order, pairsOf } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import type { Runtime } from '../runtime.ts'
import {
  type Given,
  isMapping,
  isSequence,
  keysOf,
  present,
  type Tuple,
  truth,
  tuple,
  typeWords,
  Undefined,
} from '../values.ts'
import { foldedKey, partOf } from './attribute.ts'
import type { Filter, Filters } from './filter.ts'

/** Filters that choose from a list, order it or take it apart. */
export const choosing: Filters = {
  select: choose(false, true),
  reject: choose(false, false),
  selectattr: choose(true, true),
  rejectattr: choose(true, false),
  map: {
    parameters: '*values **',
    call: (value, [values, named], run) => {
      const rest = values as readonly unknown[]
      const options = named as ReadonlyMap<string, unknown>
      const items = itemsOf(value, run.work)
      const [name] = rest
      if (name === undefined) {
        const attribute = options.get('attribute')
        if (attribute === undefined) throw new JinjaError('map needs the name of a filter, or attribute=')
        return listed(items, (item) => partOf(item, attribute, run, options.get('default')), run)
      }
      const given: Given = { positional: rest.slice(1), named: options }
      return listed(items, (item) => run.filter(String(name), item, given), run)
    },
  },
  sort: {
    parameters: 'reverse case_sensitive attribute',
    call: (value, [reverse = false, caseSensitive = false, attribute], run) => {
      const keys = typeof attribute === 'string' ? attribute.split(',') : [attribute]
      const fold = truth(caseSensitive) ? (key: unknown) => key : foldedKey
      return sortedBy(
        itemsOf(value, run.work),
        (item) => keys.map((key) => fold(present(partOf(item, key, run)))),
        truth(reverse),
        run,
      )
    },
  },
  groupby: {
    parameters: 'attribute! default case_sensitive',
    call: (value, [attribute, otherwise, caseSensitive = false], run) => {
      const keyOf = (item: unknown) => {
        const key = present(partOf(item, attribute, run, otherwise))
        return truth(caseSensitive) ? key : foldedKey(key)
      }
      const groups: { readonly key: unknown; readonly items: unknown[] }[] = []
      for (const item of sortedBy(itemsOf(value, run.work), (one) => [keyOf(one)], false, run)) {
        const last = groups.at(-1)
        if (last && equal(last.key, keyOf(item), run.work)) last.items.push(item)
        else groups.push({ key: keyOf(item), items: [item] })
      }
      return groups.map(({ key, items }) =>
        groupOf(truth(caseSensitive) ? key : partOf(items[0], attribute, run, otherwise), items),
      )
    },
  },
  dictsort: {
    parameters: 'case_sensitive by reverse',
    call: (value, [caseSensitive = false, by = 'key', reverse = false], run) => {
      if (by !== 'key' && by !== 'value') throw new JinjaError('dictsort sorts by key or by value')
      const fold = truth(caseSensitive) ? (key: unknown) => key : foldedKey
      return sortedBy(
        pairsOf(value),
        (pair) => [fold((pair as Tuple)[by === 'key' ? 0 : 1])],
        truth(reverse),
        run,
      )
    },
  },
  unique: {
    parameters: 'case_sensitive attribute',
    call: (value, [caseSensitive, attribute], run) => {
      // Ansible's own compares letters as they are.
      const fold = caseSensitive === undefined || truth(caseSensitive) ? (key: unknown) => key : foldedKey
      return distinct(itemsOf(value, run.work), (item) => fold(partOf(item, attribute, run)), run)
    },
  },
  min: extreme(-1),
  max: extreme(1),
  first: {
    parameters: '',
    call: (value, _, run) => {
      const items = itemsOf(value, run.work)
      return items.length > 0 ? items[0] : new Undefined('there is no first item: the list is empty')
    },
  },
  last: {
    parameters: '',
    call: (value, _, run) => {
      const items = itemsOf(value, run.work)
      return items.length > 0
        ? items[items.length - 1]
        : new Undefined('there is no last item: the list is empty')
    },
  },
  random: {
    parameters: 'start step seed',
    differs: 'with a seed the choice is the same at every run, but not the one that Python makes of it',
    call: (value, [start, step, seed], run) => {
      const chance = chanceOf(seed, run)
      if (isSequence(value))
        return value.length > 0
          ? value[chance(value.length)]
          : new Undefined('there is nothing to choose from')
      const from = Number(start ?? 0)
      const stride = Number(step ?? 1)
      const count = Math.ceil((Number(present(value)) - from) / stride)
      if (!(count >= 1)) throw new JinjaError('random needs a list, or a number greater than its start')
      return from + chance(count) * stride
    },
  },
  shuffle: {
    parameters: 'seed',
    differs:
      'needs a seed: a plan would be another at every run. The order is not the one that Python makes of it',
    call: (value, [seed], run) => {
      if (seed === undefined || seed === null)
        throw new JinjaError('shuffle without a seed gives another order at every run', {
          next: 'write shuffle(seed=inventory_hostname)',
        })
      const chance = chanceOf(seed, run)
      const items = [...itemsOf(value, run.work)]
      for (let at = items.length - 1; at > 0; at--) {
        const other = chance(at + 1)
        ;[items[at], items[other]] = [items[other], items[at]]
      }
      return items
    },
  },
}

/** A group as templates read it: by position, or as `grouper` and `list`. */
function groupOf(key: unknown, items: readonly unknown[]): unknown {
  const group = tuple(key, items)
  Object.defineProperties(group, { grouper: { value: key }, list: { value: items } })
  return group
}

function choose(byAttribute: boolean, wanted: boolean): Filter {
  return {
    parameters: byAttribute ? 'attribute! *values **' : '*values **',
    call: (value, given, run) => {
      const attribute = byAttribute ? given[0] : undefined
      const [values, named] = given.slice(byAttribute ? 1 : 0) as [
        readonly unknown[],
        ReadonlyMap<string, unknown>,
      ]
      const [test, ...rest] = values
      return [...itemsOf(value, run.work)].filter((item) => {
        const part = partOf(item, attribute, run)
        const holds =
          test === undefined ? truth(part) : run.test(String(test), part, { positional: rest, named })
        return holds === wanted
      })
    },
  }
}

function listed(
  items: readonly unknown[],
  make: (item: unknown) => unknown,
  run: Runtime,
): readonly unknown[] {
  return Array.from(items, (item) => {
    run.work.spend()
    return make(item)
  })
}

/** Items in the order of their keys; equal ones stay as they were. */
export function sortedBy(
  items: readonly unknown[],
  keysOf: (item: unknown) => readonly unknown[],
  reverse: boolean,
  run: Runtime,
): readonly unknown[] {
  const keyed = Array.from(items, (item) => ({ item, keys: keysOf(item) }))
  const by = (a: readonly unknown[], b: readonly unknown[]) => {
    for (const [index, key] of a.entries()) {
      const found = order(key, b[index], run.work)
      if (found !== 0) return found
    }
    return 0
  }
  return keyed.toSorted((a, b) => (reverse ? by(b.keys, a.keys) : by(a.keys, b.keys))).map(({ item }) => item)
}

/** The first of those that are equal. */
export function distinct(
  items: readonly unknown[],
  keyOf: (item: unknown) => unknown,
  run: Runtime,
): readonly unknown[] {
  const plain = new Set<unknown>()
  const others: unknown[] = []
  return Array.from(items).filter((item) => {
    const key = present(keyOf(item))
    if (typeof key === 'string') {
      if (plain.has(key)) return false
      plain.add(key)
      return true
    }
    if (contains(others, key, run.work)) return false
    others.push(key)
    return true
  })
}

function extreme(sign: number): Filter {
  return {
    parameters: 'case_sensitive attribute',
    call: (value, [caseSensitive = false, attribute], run) => {
      const fold = truth(caseSensitive) ? (key: unknown) => key : foldedKey
      const keyOf = (item: unknown) => fold(partOf(item, attribute, run))
      const items = isMapping(value) ? keysOf(value) : itemsOf(value, run.work)
      if (items.length === 0) return new Undefined('there is no such item: the list is empty')
      return Array.from(items).reduce((best, item) =>
        order(keyOf(item), keyOf(best), run.work) * sign > 0 ? item : best,
      )
    },
  }
}

/** Chance, or what a seed makes of it: the same numbers for the same seed. */
export function chanceOf(seed: unknown, run: Runtime): (limit: number) => number {
  if (seed === undefined || seed === null) return (limit) => run.outside.chance(limit)
  let state = [...String(present(seed))].reduce(
    (sum, sign) => Math.imul(sum ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0,
    0x811c9dc5,
  )
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** A mapping of keys to parts of a list, or to what stands for it. */
export function mappingGiven(value: unknown, what: string) {
  present(value)
  if (isMapping(value)) return value
  throw new JinjaError(`${what} needs a mapping, and this is ${typeWords(value)}`)
}
