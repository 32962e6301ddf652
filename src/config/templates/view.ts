import { isLazy, lazily, lazyList } from '../expressions/scope.ts'
import { bare } from '../expressions/values.ts'

/** The last name a template asked for in vain, and those that were there. */
export interface Missed {
  name?: string
  known?: readonly string[]
}

/** A value as a template sees it: what is lazy stays so, and a name that is missing is noted in `missed`. */
export function view(value: unknown, missed: Missed): unknown {
  const plain = bare(value)
  if (plain !== value) return view(plain, missed)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value))
    return isLazy(value)
      ? lazyList(value.length, (index) => view(value[index], missed))
      : value.map((item) => view(item, missed))
  const target = lazily(Object.keys(value), (name) => view((value as Record<string, unknown>)[name], missed))
  const note = (name: string | symbol) => {
    const there = name in target
    if (!there && typeof name === 'string')
      Object.assign(missed, { name, known: Object.keys(target) } satisfies Missed)
    return there
  }
  return new Proxy(target, {
    has: (_, name) => note(name),
    // Handlebars compares contexts with `!=`: a number in a list must be comparable to this, and never equal.
    get: (_, name) => {
      if (name === Symbol.toPrimitive) return () => Number.NaN
      return note(name) ? Reflect.get(target, name) : undefined
    },
  })
}
