import { itemAt } from '../members.ts'
import type { Runtime } from '../runtime.ts'
import { isInt, Undefined } from '../values.ts'

/** The part of an item that `attribute=` names: `name`, `address.city`, `0`. */
export function partOf(item: unknown, attribute: unknown, run: Runtime, otherwise?: unknown): unknown {
  if (attribute === undefined || attribute === null) return item
  const keys = isInt(attribute)
    ? [attribute]
    : String(attribute)
        .split('.')
        .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  let value = item
  for (const key of keys) {
    value = itemAt(value, key, run, { at: 0, written: () => 'an item' })
    if (value instanceof Undefined && otherwise !== undefined) return otherwise
  }
  return value instanceof Undefined ? new Undefined(value.message, { next: value.next }) : value
}

/** A key by which texts are compared without regard to the size of their letters. */
export function foldedKey(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}
