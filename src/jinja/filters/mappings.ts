import { copied } from '../arithmetic.ts'
import { contains } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { listGiven } from '../given.ts'
import type { Runtime } from '../runtime.ts'
import {
  type Dict,
  dict,
  entriesOf,
  hasKey,
  isMapping,
  isSequence,
  keysOf,
  present,
  truth,
  typeWords,
  valueAt,
} from '../values.ts'
import { mappingGiven } from './choose.ts'
import type { Filters } from './filter.ts'

const merges = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp']

/** Filters of mappings. */
export const mappings: Filters = {
  combine: {
    parameters: '*others **',
    call: (value, [others, named], run) => {
      const options = named as ReadonlyMap<string, unknown>
      for (const name of options.keys())
        if (name !== 'recursive' && name !== 'list_merge')
          throw new JinjaError(`combine has no parameter "${name}"`, { next: 'known: recursive, list_merge' })
      const lists = String(options.get('list_merge') ?? 'replace')
      if (!merges.includes(lists)) throw new JinjaError(`list_merge is one of ${merges.join(', ')}`)
      const all = [value, ...(others as readonly unknown[])].flatMap((one) =>
        isSequence(present(one)) ? (one as readonly unknown[]) : [one],
      )
      return all.reduce<Dict>(
        (result, one) =>
          merged(result, mappingGiven(one, 'combine'), truth(options.get('recursive') ?? false), lists, run),
        dict(),
      )
    },
  },
  dict2items: {
    parameters: 'key_name value_name',
    call: (value, [key = 'key', name = 'value']) =>
      entriesOf(mappingGiven(value, 'dict2items')).map(([one, other]) =>
        dict([
          [key, one],
          [name, other],
        ]),
      ),
  },
  items2dict: {
    parameters: 'key_name value_name',
    call: (value, [key = 'key', name = 'value']) =>
      dict(
        listGiven(value, 'items2dict').map((item) => {
          const one = mappingGiven(item, 'items2dict')
          if (!hasKey(one, key) || !hasKey(one, name))
            throw new JinjaError(`an item has no "${String(hasKey(one, key) ? name : key)}"`, {
              next: 'name its keys: items2dict(key_name=…, value_name=…)',
            })
          return [valueAt(one, key), valueAt(one, name)] as const
        }),
      ),
  },
  dict_kv: { parameters: 'key', call: (value, [key]) => dict([[key, value]]) },
  dict: {
    parameters: '',
    call: (value) =>
      dict(listGiven(value, 'dict').map((pair) => listGiven(pair, 'dict').slice(0, 2) as [unknown, unknown])),
  },
  keep_keys: {
    parameters: 'target matching_parameter',
    call: (value, [target, how = 'equality'], run) => keysKept(value, target, String(how), true, run),
  },
  remove_keys: {
    parameters: 'target matching_parameter',
    call: (value, [target, how = 'equality'], run) => keysKept(value, target, String(how), false, run),
  },
  lists_mergeby: {
    parameters: '*lists **',
    call: (value, [others, named], run) => {
      const rest = others as readonly unknown[]
      const options = named as ReadonlyMap<string, unknown>
      const index = rest.at(-1)
      const all = [value, ...rest.slice(0, -1)].map((one) => listGiven(one, 'lists_mergeby'))
      const made = new Map<unknown, Dict>()
      for (const item of all.flat()) {
        const one = mappingGiven(item, 'lists_mergeby')
        if (!hasKey(one, index)) throw new JinjaError(`an item has no "${String(index)}"`)
        const key = valueAt(one, index)
        made.set(
          key,
          merged(
            made.get(key) ?? dict(),
            one,
            truth(options.get('recursive') ?? false),
            String(options.get('list_merge') ?? 'replace'),
            run,
          ),
        )
      }
      return run.filter('sort', [...made.values()], {
        positional: [],
        named: new Map([['attribute', index]]),
      })
    },
  },
}

function merged(
  a: Dict | Readonly<Record<string, unknown>>,
  b: Dict | Readonly<Record<string, unknown>>,
  recursive: boolean,
  lists: string,
  run: Runtime,
): Dict {
  run.work.spend(keysOf(b).length)
  const result = copied(a)
  for (const [key, value] of entriesOf(b)) {
    const before = hasKey(result, key) ? valueAt(result, key) : undefined
    if (isMapping(before) && isMapping(value))
      result.set(key, recursive ? run.work.deeper(() => merged(before, value, recursive, lists, run)) : value)
    else if (isSequence(before) && isSequence(value)) result.set(key, mergedLists(before, value, lists, run))
    else result.set(key, value)
  }
  return result
}

function mergedLists(
  a: readonly unknown[],
  b: readonly unknown[],
  how: string,
  { work }: Runtime,
): readonly unknown[] {
  const others = () => a.filter((one) => !contains(b, one, work))
  if (how === 'keep') return a
  if (how === 'append') return [...a, ...b]
  if (how === 'prepend') return [...b, ...a]
  if (how === 'append_rp') return [...others(), ...b]
  return how === 'prepend_rp' ? [...b, ...others()] : b
}

function keysKept(value: unknown, target: unknown, how: string, keep: boolean, run: Runtime): unknown {
  const wanted = (isSequence(target) ? target : [target]).map(String)
  const matches = (key: unknown) =>
    wanted.some((one) => {
      if (how === 'equality') return String(key) === one
      if (how === 'starts_with') return String(key).startsWith(one)
      if (how === 'ends_with') return String(key).endsWith(one)
      if (how === 'regex') return run.test('match', String(key), { positional: [one], named: new Map() })
      throw new JinjaError('matching_parameter is equality, starts_with, ends_with or regex')
    })
  const walk = (at: unknown): unknown =>
    run.work.deeper(() => {
      run.work.spend()
      if (isSequence(at)) return at.map(walk)
      if (!isMapping(at)) return at
      return dict(
        entriesOf(at)
          .filter(([key]) => matches(key) === keep)
          .map(([key, one]) => [key, keep ? one : walk(one)] as const),
      )
    })
  if (!isMapping(value) && !isSequence(value))
    throw new JinjaError(`a mapping is needed here, and this is ${typeWords(value)}`)
  return walk(value)
}
