import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { shortName } from './words.ts'

/** What a task tells its module, with what `module_defaults` around it say where it says nothing. */
export function withDefaults(
  parameters: Sourced,
  /** Keys of the task, among which the module is. */
  entries: ReadonlyMap<string, SourcedEntry>,
  defaults: readonly Sourced[],
): Sourced {
  if (defaults.length === 0 || !('entries' in parameters)) return parameters
  const given = new Map<string, SourcedEntry>()
  for (const mapping of defaults) {
    if (!('entries' in mapping)) continue
    for (const [name, { value }] of mapping.entries)
      if (entries.has(shortName(name)) && 'entries' in value)
        for (const [field, entry] of value.entries) given.set(field, entry)
  }
  return { origin: parameters.origin, entries: new Map([...given, ...parameters.entries]) }
}
