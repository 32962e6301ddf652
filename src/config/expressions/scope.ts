import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { ReadVariable } from '../../model/read-variable.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { isSecretName } from '../secrecy.ts'
import { once, type SecretReads } from '../secret-reads.ts'
import { tellVariable } from '../told-variables.ts'
import { partsOf } from './values.ts'

/** What a name stands for: a value from a file, which may hold expressions, or one that is computed. */
export type Binding =
  | { readonly sourced: Sourced }
  | { readonly read: () => unknown; readonly origin?: Origin }

/** Variables of one level of precedence. */
export type Layer = ReadonlyMap<string, Binding>

/** A layer whose whole is made only when it is gone through; single names are looked up without it. */
export function layerOf(whole: () => Layer, { has, get }: Pick<Layer, 'has' | 'get'>): Layer {
  return {
    has,
    get,
    get size() {
      return whole().size
    },
    keys: () => whole().keys(),
    values: () => whole().values(),
    entries: () => whole().entries(),
    forEach: (each) => whole().forEach(each),
    [Symbol.iterator]: () => whole()[Symbol.iterator](),
  }
}

/** The variables that an expression or a template can see. */
export interface Scope {
  has(name: string): boolean
  names(): readonly string[]
  /** Throws InvalidInput, NeedsFacts, NeedsResult; `undefined` for a name it does not have. */
  read(name: string): unknown
}

/** Thrown by values that wait for what an earlier task of the same host registers. */
export class NeedsResult extends Error {
  readonly register: string

  constructor(register: string) {
    super(`the result ${quoted(register)} is not known yet`)
    this.register = register
  }
}

/**
 * Layers as one scope, stronger ones last. Values are computed when first read, and `reads` is told of the secrets in
 * them whenever they are read; circles are InvalidInput.
 */
export function scopeOf(
  layers: readonly Layer[],
  evaluate: (sourced: Sourced, scope: Scope) => unknown,
  reads: SecretReads,
  /** Mappings of the same name are merged. */
  merges = false,
): Scope {
  const strongestFirst = layers.toReversed()
  const known = new Map<string, () => unknown>()
  const open = new Set<string>()
  const find = (name: string) => strongestFirst.find((layer) => layer.has(name))?.get(name)
  const scope: Scope = {
    has: (name) => find(name) !== undefined,
    names: () => [...new Set(strongestFirst.flatMap((layer) => [...layer.keys()]))],
    read: (name) => {
      tellVariable(name, () => whereOf(name, find(name)))
      const value = known.get(name) ?? once(reads, () => compute(name))
      known.set(name, value)
      return value()
    },
  }
  function compute(name: string): unknown {
    if (!merges) return boundTo(name, find(name))
    const all = strongestFirst.flatMap((layer) => layer.get(name) ?? [])
    return all.map((binding) => () => boundTo(name, binding)).reduceRight(mergedUnder, undefined)
  }
  function boundTo(name: string, binding: Binding | undefined): unknown {
    if (!binding) return undefined
    if (!('sourced' in binding)) return binding.read()
    if (open.has(name)) throw circle([...open, name], binding.sourced)
    open.add(name)
    try {
      return evaluate(binding.sourced, scope)
    } finally {
      open.delete(name)
    }
  }
  return scope
}

/** A scope that is made when something of it is first asked for: of those of a run half never are. */
export function scopeWhenAsked(make: () => Scope): Scope {
  let made: Scope | undefined
  const scope = () => {
    made ??= make()
    return made
  }
  return {
    has: (name) => scope().has(name),
    names: () => scope().names(),
    read: (name) => scope().read(name),
  }
}

/** Where a variable has its value; nothing of one that is not there. */
function whereOf(name: string, binding: Binding | undefined): Omit<ReadVariable, 'name'> | undefined {
  if (!binding) return undefined
  if (!('sourced' in binding)) return binding.origin ? { origin: binding.origin } : {}
  const { sourced } = binding
  const isShown = 'scalar' in sourced && !sourced.secret && !sourced.marked && !isSecretName(name)
  return { origin: sourced.origin, ...(isShown ? { value: String(sourced.scalar) } : {}) }
}

/** A stronger value, with what a weaker one has beside where both are mappings. */
function mergedUnder(weak: unknown, strong: () => unknown): unknown {
  const value = strong()
  const [parts, others] = [partsOf(value), partsOf(weak)]
  if (!parts || !others) return value
  const [own, under] = [new Map(parts), new Map(others)]
  return lazily(new Set([...under.keys(), ...own.keys()]), (name) => {
    const part = own.get(name)
    return part ? mergedUnder(under.get(name)?.(), part) : under.get(name)?.()
  })
}

/** An object whose values are read when they are asked for, each time anew: whoever computes them keeps them. */
export function lazily(
  names: Iterable<string>,
  read: (name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const object: Record<string, unknown> = Object.create(null)
  for (const name of names)
    Object.defineProperty(object, name, { enumerable: true, configurable: true, get: () => read(name) })
  return object
}

/** The same for a list. */
export function lazyList(length: number, read: (index: number) => unknown): readonly unknown[] {
  const list: unknown[] = new Array(length)
  for (let index = 0; index < length; index++)
    Object.defineProperty(list, index, { enumerable: true, configurable: true, get: () => read(index) })
  return list
}

/** Is any item of it read only when it is asked for? */
export function isLazy(list: readonly unknown[]): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(list)).some(({ get }) => get !== undefined)
}

function circle(names: readonly string[], { origin }: Sourced): InvalidInput {
  const from = names.slice(names.indexOf(names.at(-1) ?? ''))
  const message =
    from.length === 2
      ? `${quoted(from[0])} refers to itself`
      : `variables go in a circle: ${from.join(' → ')}`
  return new InvalidInput([
    problem('expression-circle', message, origin, 'give one of them a value of its own'),
  ])
}
