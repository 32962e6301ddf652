import { type Marked, wholly } from './marked.ts'
import type { Origin } from './origin.ts'
import { quoted } from './quoted.ts'

export type Scalar = string | number | boolean | null

/** A value from a user's file that still knows where each of its parts stands. */
export type Sourced =
  | {
      readonly origin: Origin
      readonly scalar: Scalar
      /** It came from a source of secrets, and is one whatever its name. */
      readonly secret?: true
      /** Which parts of it are secret; all of it where nothing is said. */
      readonly marked?: Marked
      /** It was written with a point, and is no whole number even if it is one. */
      readonly float?: true
      /** Nobody wrote it for us: a `{{` in it stands for itself. */
      readonly literal?: true
    }
  | { readonly origin: Origin; readonly items: readonly Sourced[] }
  | { readonly origin: Origin; readonly entries: ReadonlyMap<string, SourcedEntry> }

/** One key of a mapping: the key has a place of its own, for errors about the key itself. */
export interface SourcedEntry {
  readonly key: Origin
  readonly value: Sourced
}

/** The bare JavaScript value, places forgotten. */
export function plain(sourced: Sourced): unknown {
  if ('scalar' in sourced) return sourced.scalar
  if ('items' in sourced) return sourced.items.map(plain)
  const result: Record<string, unknown> = Object.create(null)
  for (const [name, entry] of sourced.entries) result[name] = plain(entry.value)
  return result
}

/**
 * The place of the value at `path`, or of its nearest ancestor that exists; with `wants: 'key'` the place of
 * the last key itself, which is what an error about an unknown key points at.
 */
export function originAt(
  sourced: Sourced,
  path: readonly PropertyKey[],
  wants: 'key' | 'value' = 'value',
): Origin {
  const [head, ...rest] = path
  if (head === undefined) return sourced.origin
  if ('entries' in sourced) {
    const entry = sourced.entries.get(String(head))
    if (!entry) return sourced.origin
    return rest.length === 0 && wants === 'key' ? entry.key : originAt(entry.value, rest, wants)
  }
  if ('items' in sourced) {
    const item = sourced.items[Number(head)]
    return item ? originAt(item, rest, wants) : sourced.origin
  }
  return sourced.origin
}

/** A value that is no mapping, as a message repeats it. */
export function repeated(value: Sourced): string {
  if ('items' in value) return 'a list'
  if ('entries' in value) return 'a mapping'
  return value.secret ? 'a secret' : quoted(value.scalar)
}

/** The same with everything in it secret, or what `isMeant` says of it. */
export function asSecret(value: Sourced, isMeant: (scalar: Scalar) => boolean = () => true): Sourced {
  if ('items' in value) return { ...value, items: value.items.map((item) => asSecret(item, isMeant)) }
  if (!('entries' in value)) return isMeant(value.scalar) ? { ...value, secret: true } : value
  const entries = [...value.entries].map(
    ([name, entry]) => [name, { ...entry, value: asSecret(entry.value, isMeant) }] as const,
  )
  return { ...value, entries: new Map(entries) }
}

/** What is secret in a value. */
export function secretsIn(value: Sourced): readonly Marked[] {
  if ('items' in value) return value.items.flatMap(secretsIn)
  if ('entries' in value) return [...value.entries.values()].flatMap((entry) => secretsIn(entry.value))
  const { scalar, secret, marked } = value
  return secret && scalar !== null ? [marked ?? wholly(String(scalar))] : []
}
