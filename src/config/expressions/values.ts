import { isLazy, lazily, lazyList } from './scope.ts'

/** Carries values into expressions and back; CEL's whole numbers are bigints. */
export interface Exchange {
  inward(value: unknown): unknown
  outward(value: unknown): unknown
}

/** Remembers mappings it carried over, so that they come back as they went, with what is lazy in them still so. */
export function exchange(): Exchange {
  const inside = new WeakMap<object, object>()
  const outside = new WeakMap<object, object>()

  function inward(value: unknown): unknown {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const known = inside.get(value)
    if (known) return known
    const made = Array.isArray(value)
      ? isLazy(value)
        ? lazyList(value.length, (index) => inward(value[index]))
        : value.map(inward)
      : lazily(Object.keys(value), (name) => inward((value as Record<string, unknown>)[name]))
    inside.set(value, made)
    outside.set(made, value)
    return made
  }

  function outward(value: unknown): unknown {
    if (typeof value === 'bigint') return Number(value)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const known = outside.get(value)
    if (known) return known
    if (Array.isArray(value)) return value.map(outward)
    const entries = value instanceof Map ? [...value] : Object.entries(value)
    return Object.assign(
      Object.create(null),
      Object.fromEntries(entries.map(([name, one]) => [String(name), outward(one)])),
    )
  }

  return { inward, outward }
}

/** A value's type as messages name it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'a truth value'
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number'
  return Array.isArray(value) ? 'a list' : 'a mapping'
}
