import { asSecret, type Sourced, type SourcedEntry } from '../../model/sourced.ts'
import { shapeOf } from './kinds.ts'
import type { TaskSpec } from './spec.ts'

/** The same fields, with those marked whose schema says that they are written and never shown. */
export function withSecretFields(kind: TaskSpec['kind'], fields: Sourced): Sourced {
  if (!('entries' in fields)) return fields
  const shape = shapeOf(kind)
  const entries = [...fields.entries].map(([name, entry]): readonly [string, SourcedEntry] =>
    shape[name]?.meta()?.writeOnly === true
      ? [name, { ...entry, value: asSecret(entry.value) }]
      : [name, entry],
  )
  return { ...fields, entries: new Map(entries) }
}
