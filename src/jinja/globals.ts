import { JinjaError } from './failure.ts'
import { bound, wholeGiven } from './given.ts'
import { lookUp } from './lookups.ts'
import type { Runtime } from './runtime.ts'
import { strftime } from './strftime.ts'
import {
  Callable,
  dict,
  entriesOf,
  type Given,
  isMapping,
  isSequence,
  Namespace,
  plainKey,
  truth,
  Undefined,
} from './values.ts'

type Global = (given: Given, run: Runtime) => unknown

const functions: Readonly<Record<string, Global>> = {
  range: (given, { work }) => {
    const [first, second, third] = bound('range()', 'start stop step', given)
    const start = second === undefined ? 0 : wholeGiven(first, 'range()')
    const stop = wholeGiven(second === undefined ? first : second, 'range()')
    const step = wholeGiven(third, 'range()', 1)
    if (step === 0) throw new JinjaError('a step of 0 leads nowhere')
    const length = Math.max(0, Math.ceil((stop - start) / step))
    work.list(length)
    work.spend(length)
    return Array.from({ length }, (_, index) => start + index * step)
  },
  dict: dictOf,
  namespace: (given) => {
    const space = new Namespace()
    for (const [name, value] of dictOf(given)) space.fields.set(String(plainKey(name)), value)
    return space
  },
  cycler: ({ positional }) => {
    if (positional.length === 0) throw new JinjaError('cycler() needs values')
    const space = new Namespace()
    let at = 0
    const show = () => space.fields.set('current', positional[at])
    space.fields.set(
      'next',
      new Callable('next', () => {
        const value = positional[at]
        at = (at + 1) % positional.length
        show()
        return value
      }),
    )
    space.fields.set(
      'reset',
      new Callable('reset', () => {
        at = 0
        show()
        return null
      }),
    )
    show()
    return space
  },
  joiner: ({ positional: [separator = ', '] }) => {
    let used = false
    return new Callable('joiner', () => {
      if (used) return separator
      used = true
      return ''
    })
  },
  lookup: (given, run) => lookUp(given, false, run),
  query: (given, run) => lookUp(given, true, run),
  q: (given, run) => lookUp(given, true, run),
  now: (given, { outside }) => {
    const [utc = false, format] = bound('now()', 'utc fmt', given)
    const time = outside.now()
    const shown = truth(utc) ? time : new Date(time.getTime() + outside.zone(time) * 60_000)
    if (format === undefined || format === null) return shown
    return strftime(String(format), shown, 0)
  },
  undef: (given) => {
    const [hint] = bound('undef()', 'hint', given)
    return new Undefined(typeof hint === 'string' ? hint : 'the value is not defined')
  },
  lipsum: () => {
    throw new JinjaError('lipsum() writes another text each time, and is not known here')
  },
}

/** A function that every template knows; `undefined` where there is none of this name. */
export function globals(name: string, run: Runtime): unknown {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined
  return found && new Callable(name, (given) => found(given, run))
}

/** Their names. */
export const globalNames: readonly string[] = Object.keys(functions)

function dictOf({ positional: [from], named }: Given): Map<unknown, unknown> {
  const made = from === undefined ? dict() : isMapping(from) ? dict(entriesOf(from)) : dict(pairsIn(from))
  for (const [name, value] of named) made.set(name, value)
  return made
}

function pairsIn(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (!isSequence(value)) throw new JinjaError('dict() needs a mapping, or pairs')
  return value.map((pair) => {
    if (!isSequence(pair) || pair.length !== 2) throw new JinjaError('dict() needs a mapping, or pairs')
    return [pair[0], pair[1]] as const
  })
}
