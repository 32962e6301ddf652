import type { Registered } from '../model/resource.ts'

/** A result as a machine can keep it, in one line. */
export function writtenRegistered(result: Registered): string {
  return JSON.stringify(result, (name, value: unknown) =>
    name === 'item' && isItem(value) ? { name: value.name, value: value.read() } : value,
  )
}

/** The same again. */
export function readRegistered(data: unknown): Registered {
  const { results, item, ...result } = data as Registered & {
    readonly item?: { readonly name: string; readonly value: unknown }
  }
  return {
    ...result,
    ...(item ? { item: { name: item.name, read: () => item.value } } : {}),
    ...(results ? { results: results.map(readRegistered) } : {}),
  }
}

function isItem(value: unknown): value is NonNullable<Registered['item']> {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function'
}
