import type { Sourced } from '../../model/sourced.ts'
import type { Scope } from '../expressions/scope.ts'
import { once } from '../secret-reads.ts'
import { secretByName } from '../secrets.ts'
import type { Expanding } from './expanding.ts'

/** Variables with the values that they have now: they do not change with what they were made of. */
export function assigned(
  mapping: Sourced,
  scope: Scope,
  { resolver, reads }: Expanding,
): ReadonlyMap<string, () => unknown> {
  if (!('entries' in mapping)) return new Map()
  return new Map(
    [...mapping.entries]
      .filter(([name]) => name !== 'cacheable')
      .map(([name, { value }]) => {
        const read = once(reads, () => whole(resolver.value(secretByName(name, value), scope)))
        // Whatever it waits for is found out now.
        read()
        return [name, read]
      }),
  )
}

/** The same value with every part of it read. */
function whole(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(whole)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whole(one)]))
}

/** A value as people read it. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one), 2) ?? 'nothing'
}
