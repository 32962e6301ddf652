import { compute } from '../arithmetic.ts'
import { contains, itemsOf, pairsOf } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { listGiven, wholeGiven } from '../given.ts'
import { itemAt } from '../members.ts'
import type { Runtime } from '../runtime.ts'
import { str } from '../text.ts'
import { joined } from '../texts.ts'
import {
  dict,
  hasKey,
  isMapping,
  isSequence,
  keysOf,
  present,
  truth,
  tupleOf,
  typeWords,
  valueAt,
} from '../values.ts'
import { partOf } from './attribute.ts'
import { combinations, permutations, product, subelements, zipped } from './choices.ts'
import { distinct } from './choose.ts'
import type { Filters } from './filter.ts'

/** Filters of lists. */
export const lists: Filters = {
  list: { parameters: '', call: (value, _, run) => [...itemsOf(value, run.work)] },
  length: { parameters: '', call: lengthOf },
  count: { parameters: '', call: lengthOf },
  join: {
    parameters: 'd attribute',
    call: (value, [separator = '', attribute], run) => {
      const parts = Array.from(itemsOf(value, run.work), (item) =>
        str(present(partOf(item, attribute, run)), run.work),
      )
      return joined(parts, str(separator, run.work), run.work)
    },
  },
  sum: {
    parameters: 'attribute start',
    call: (value, [attribute, start = 0], run) =>
      Array.from(itemsOf(value, run.work)).reduce(
        (sum, item) => compute('+', sum, partOf(item, attribute, run), run.work),
        start,
      ),
  },
  reverse: {
    parameters: '',
    call: (value, _, run) =>
      typeof value === 'string'
        ? [...value].toReversed().join('')
        : [...itemsOf(value, run.work)].toReversed(),
  },
  batch: {
    parameters: 'linecount! fill_with',
    call: (value, [count, fill], run) => {
      const size = wholeGiven(count, 'batch')
      if (size < 1) throw new JinjaError('batch needs a number of at least 1')
      const items = itemsOf(value, run.work)
      return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => {
        const part = items.slice(index * size, (index + 1) * size)
        if (fill === undefined || fill === null) return part
        run.work.list(size)
        return [...part, ...Array.from({ length: size - part.length }, () => fill)]
      })
    },
  },
  slice: {
    parameters: 'slices! fill_with',
    call: (value, [count, fill], run) => {
      const slices = wholeGiven(count, 'slice')
      if (slices < 1) throw new JinjaError('slice needs a number of at least 1')
      run.work.list(slices)
      const items = itemsOf(value, run.work)
      const each = Math.floor(items.length / slices)
      const longer = items.length % slices
      let at = 0
      return Array.from({ length: slices }, (_, index) => {
        const part = items.slice(at, at + each + (index < longer ? 1 : 0))
        at += part.length
        return fill !== undefined && fill !== null && index >= longer ? [...part, fill] : part
      })
    },
  },
  flatten: {
    parameters: 'levels skip_nulls',
    call: (value, [levels, skipNulls = true], run) => {
      const flat = (items: readonly unknown[], left: number): readonly unknown[] =>
        run.work.deeper(() =>
          items.flatMap((item) => {
            run.work.spend()
            if (truth(skipNulls) && (item === null || item === 'None' || item === 'null')) return []
            return isSequence(item) && left !== 0 ? flat(item, left - 1) : [item]
          }),
        )
      return flat(
        listGiven(value, 'flatten'),
        levels === undefined || levels === null ? -1 : wholeGiven(levels, 'flatten'),
      )
    },
  },
  union: {
    parameters: 'b!',
    call: (value, [other], run) =>
      distinct([...listGiven(value, 'union'), ...listGiven(other, 'union')], (item) => item, run),
  },
  intersect: {
    parameters: 'b!',
    call: (value, [other], run) =>
      distinct(
        listGiven(value, 'intersect').filter((item) =>
          contains(listGiven(other, 'intersect'), item, run.work),
        ),
        (item) => item,
        run,
      ),
  },
  difference: {
    parameters: 'b!',
    call: (value, [other], run) =>
      distinct(
        listGiven(value, 'difference').filter(
          (item) => !contains(listGiven(other, 'difference'), item, run.work),
        ),
        (item) => item,
        run,
      ),
  },
  symmetric_difference: {
    parameters: 'b!',
    call: (value, [other], run) => {
      const [a, b] = [listGiven(value, 'symmetric_difference'), listGiven(other, 'symmetric_difference')]
      return distinct([...a, ...b], (item) => item, run).filter(
        (item) => !(contains(a, item, run.work) && contains(b, item, run.work)),
      )
    },
  },
  zip: {
    parameters: '*others',
    call: (value, [others], run) => zipped([value, ...(others as readonly unknown[])], Math.min, null, run),
  },
  zip_longest: {
    parameters: '*others **',
    call: (value, [others, named], run) =>
      zipped(
        [value, ...(others as readonly unknown[])],
        Math.max,
        (named as Map<string, unknown>).get('fillvalue') ?? null,
        run,
      ),
  },
  product: {
    parameters: '*others **',
    call: (value, [others, named], run) => {
      const repeat = wholeGiven((named as Map<string, unknown>).get('repeat'), 'product', 1)
      const pools = [value, ...(others as readonly unknown[])].map((one) => itemsOf(one, run.work))
      run.work.list(pools.length * repeat)
      return product(Array.from({ length: repeat }, () => pools).flat(), run).map((items) => tupleOf(items))
    },
  },
  combinations: {
    parameters: 'r!',
    call: (value, [count], run) =>
      combinations(itemsOf(value, run.work), wholeGiven(count, 'combinations'), run),
  },
  permutations: {
    parameters: 'r',
    call: (value, [count], run) => {
      const items = itemsOf(value, run.work)
      return permutations(
        items,
        count === undefined || count === null ? items.length : wholeGiven(count, 'permutations'),
        run,
      )
    },
  },
  subelements: {
    parameters: 'subelements! skip_missing',
    call: (value, [path, skip], run) => subelements(value, path, truth(skip ?? false), run),
  },
  extract: {
    parameters: 'container! morekeys',
    call: (value, [container, more], run) => {
      const keys = [value, ...(more === undefined || more === null ? [] : isSequence(more) ? more : [more])]
      return keys.reduce(
        (at, key) => itemAt(at, key, run, { at: 0, written: () => 'the container' }),
        container,
      )
    },
  },
  rekey_on_member: {
    parameters: 'key! duplicates',
    call: (value, [key, duplicates = 'error'], run) => {
      const items = isMapping(value) ? pairsOf(value).map((pair) => pair[1]) : itemsOf(value, run.work)
      const made = dict()
      for (const item of items) {
        if (!isMapping(item) || !hasKey(item, key)) throw new JinjaError(`an item has no "${String(key)}"`)
        const at = valueAt(item, key)
        if (made.has(at) && duplicates === 'error')
          throw new JinjaError(`two items have the same "${String(key)}"`, {
            next: "write rekey_on_member(…, duplicates='overwrite')",
          })
        made.set(at, item)
      }
      return made
    },
  },
  groupby_as_dict: {
    parameters: 'attribute',
    call: (value, [attribute], run) =>
      dict(
        Array.from(
          itemsOf(value, run.work),
          (item) => [present(partOf(item, attribute, run)), item] as const,
        ),
      ),
  },
  counter: {
    parameters: '',
    call: (value, _, run) => {
      const made = dict()
      for (const item of itemsOf(value, run.work)) made.set(item, Number(made.get(item) ?? 0) + 1)
      return made
    },
  },
  index_of: {
    parameters: 'test value key',
    call: (value, [test, wanted, key], run) => {
      const found = Array.from(itemsOf(value, run.work)).flatMap((item, index) => {
        const given = wanted === undefined ? [] : [wanted]
        return run.test(String(test), partOf(item, key, run), { positional: given, named: new Map() })
          ? [index]
          : []
      })
      return found.length === 1 ? found[0] : found
    },
  },
}

function lengthOf(value: unknown, _: readonly unknown[], _run: Runtime): number {
  present(value)
  if (typeof value === 'string') return [...value].length
  if (isSequence(value)) return value.length
  if (isMapping(value)) return keysOf(value).length
  throw new JinjaError(`${typeWords(value)} has no length`)
}
