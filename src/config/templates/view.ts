import { isLazy, lazily, lazyList, type Scope } from '../expressions/scope.ts'
import { bare } from '../expressions/values.ts'

/** The last name a template asked for in vain, and those that were there. */
export interface Missed {
  name?: string
  known?: readonly string[]
}

/** Variables as a template sees them: few of many are read, and none is looked at before. */
export function scopeView(scope: Scope, missed: Missed): unknown {
  // Read anew each time: whoever prints a secret is told so by its being read.
  const read = (name: string): unknown => view(scope.read(name), missed)
  const has = (name: string | symbol): name is string => {
    if (typeof name !== 'string') return false
    if (scope.has(name)) return true
    Object.assign(missed, { name, known: scope.names() } satisfies Missed)
    return false
  }
  return new Proxy(Object.create(null) as object, {
    has: (_, name) => has(name),
    get: (_, name) => {
      if (name === Symbol.toPrimitive) return notEqual
      return has(name) ? read(name) : undefined
    },
    ownKeys: () => scope.names() as string[],
    getOwnPropertyDescriptor: (_, name) =>
      has(name) ? { enumerable: true, configurable: true, get: () => read(name) } : undefined,
  })
}

/** Handlebars compares contexts with `!=`: a number in a list must be comparable to them, and never equal. */
const notEqual = (): number => Number.NaN

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
    get: (_, name) => {
      if (name === Symbol.toPrimitive) return notEqual
      return note(name) ? Reflect.get(target, name) : undefined
    },
  })
}
