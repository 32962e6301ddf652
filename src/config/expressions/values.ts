import { entriesOf, Float, isMapping, omit, typeWords } from '../../jinja/values.ts'

/** A value's type as messages name it. */
export const typeName = typeWords

/** A value of an expression as plain JavaScript knows it: whole floats as numbers, mappings as objects. Parts stay as they are. */
export function bare(value: unknown): unknown {
  if (value instanceof Float) return value.value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return value.toISOString()
  if (!(value instanceof Map)) return value
  const made: Record<string, unknown> = Object.create(null)
  for (const [key, one] of value)
    Object.defineProperty(made, String(key), { value: one, enumerable: true, configurable: true })
  return made
}

/** Is it Ansible's `omit`: a field with this value counts as not written? */
export function isOmitted(value: unknown): boolean {
  return value === omit
}

/** The names of a mapping's parts, and how each is read; nothing where the value is no mapping. */
export function partsOf(
  value: unknown,
): readonly (readonly [name: string, read: () => unknown])[] | undefined {
  if (value instanceof Map) return entriesOf(value).map(([key, one]) => [String(key), () => one] as const)
  if (!isMapping(value)) return undefined
  const object = value as Readonly<Record<string, unknown>>
  return Object.keys(object).map((name) => [name, () => object[name]] as const)
}
