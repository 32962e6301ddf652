import { equal } from './compare.ts'
import { JinjaError } from './failure.ts'
import type { Runtime } from './runtime.ts'
import { Callable, type Given, Undefined } from './values.ts'

/** The `loop` of a `for`: what it knows of its items, and how a recursive one is called again. */
export class Loop extends Callable {
  readonly field: (name: string) => unknown

  constructor(again: (given: Given) => unknown, field: (name: string) => unknown) {
    super('loop', again)
    this.field = field
  }
}

/** Names of what a loop tells. */
const fields =
  'index index0 revindex revindex0 first last length depth depth0 previtem nextitem cycle changed'.split(' ')

/** Where a loop is. */
export interface Progress {
  readonly items: readonly unknown[]
  readonly at: number
  readonly depth: number
  /** What `loop.changed()` was last given, in all turns of one loop. */
  readonly said: { last?: readonly unknown[] }
}

/** The loop at one of its items. */
export function loopAt(progress: Progress, again: (given: Given) => unknown, run: Runtime): Loop {
  const { items, at, depth, said } = progress
  const { length } = items
  const neighbour = (index: number, which: string) =>
    index >= 0 && index < length ? items[index] : new Undefined(`there is no ${which} item`)
  const known: Readonly<Record<string, () => unknown>> = {
    index: () => at + 1,
    index0: () => at,
    revindex: () => length - at,
    revindex0: () => length - at - 1,
    first: () => at === 0,
    last: () => at === length - 1,
    length: () => length,
    depth: () => depth,
    depth0: () => depth - 1,
    previtem: () => neighbour(at - 1, 'previous'),
    nextitem: () => neighbour(at + 1, 'next'),
    cycle: () =>
      new Callable('cycle', ({ positional }) => {
        if (positional.length === 0) throw new JinjaError('cycle() needs values')
        return positional[at % positional.length]
      }),
    changed: () =>
      new Callable('changed', ({ positional }) => {
        const before = said.last
        said.last = positional
        return before === undefined || !equal(before, positional, run.work)
      }),
  }
  return new Loop(again, (name) =>
    Object.hasOwn(known, name) ? known[name]?.() : run.missing('loop', () => fields, name),
  )
}
