import { itemsOf, pairsOf } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { listGiven } from '../given.ts'
import type { Runtime } from '../runtime.ts'
import { hasKey, isMapping, isSequence, type Tuple, tuple, tupleOf, typeWords, valueAt } from '../values.ts'

/** Lists side by side, as long as the shortest or the longest of them. */
export function zipped(
  lists: readonly unknown[],
  choose: (...lengths: number[]) => number,
  fill: unknown,
  run: Runtime,
) {
  const all = lists.map((one) => itemsOf(one, run.work))
  return Array.from({ length: choose(...all.map(({ length }) => length)) }, (_, index) => {
    run.work.spend(all.length)
    return tupleOf(all.map((items) => (index < items.length ? items[index] : fill)))
  })
}

/** Every choice of one item from each list, the last list turning fastest. */
export function product(
  pools: readonly (readonly unknown[])[],
  run: Runtime,
): readonly (readonly unknown[])[] {
  let made: readonly (readonly unknown[])[] = [[]]
  for (const pool of pools) {
    run.work.list(made.length * pool.length)
    run.work.spend(made.length * pool.length * 2)
    made = made.flatMap((before) => Array.from(pool, (item) => [...before, item]))
  }
  return made
}

/** Every choice of so many items, in their order. */
export function combinations(items: readonly unknown[], count: number, run: Runtime): readonly Tuple[] {
  const made: Tuple[] = []
  const choose = (from: number, chosen: readonly unknown[]): void => {
    run.work.spend(chosen.length + 1)
    if (chosen.length === count) {
      run.work.list(made.length + 1)
      made.push(tupleOf(chosen))
      return
    }
    for (let at = from; at <= items.length - (count - chosen.length); at++)
      run.work.deeper(() => choose(at + 1, [...chosen, items[at]]))
  }
  choose(0, [])
  return made
}

/** Every order of so many items. */
export function permutations(items: readonly unknown[], count: number, run: Runtime): readonly Tuple[] {
  const made: Tuple[] = []
  const choose = (left: readonly number[], chosen: readonly unknown[]): void => {
    run.work.spend(chosen.length + left.length + 1)
    if (chosen.length === count) {
      run.work.list(made.length + 1)
      made.push(tupleOf(chosen))
      return
    }
    for (const at of left)
      run.work.deeper(() =>
        choose(
          left.filter((one) => one !== at),
          [...chosen, items[at]],
        ),
      )
  }
  if (count <= items.length) choose([...items.keys()], [])
  return made
}

/** Each part of a list beneath an item, beside its item. */
export function subelements(value: unknown, path: unknown, skip: boolean, run: Runtime): readonly Tuple[] {
  const items = isMapping(value) ? pairsOf(value).map((pair) => pair[1]) : listGiven(value, 'subelements')
  const keys = isSequence(path) ? path : String(path).split('.')
  return items.flatMap((item) => {
    let at: unknown = item
    for (const key of keys) {
      if (!isMapping(at) || !hasKey(at, key)) {
        if (skip) return []
        throw new JinjaError(`an item has no "${String(key)}"`, {
          next: 'write subelements(…, skip_missing=True)',
        })
      }
      at = valueAt(at, key)
    }
    if (!isSequence(at))
      throw new JinjaError(`"${keys.join('.')}" of an item is ${typeWords(at)}, and no list`)
    return at.map((one) => {
      run.work.spend()
      return tuple(item, one)
    })
  })
}
