import type { Failure } from '../../model/failure.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import type { Fields } from './fields.ts'

/** What stands under `vars`: a mapping, or a list of them, of which later ones are stronger. */
export function variablesOf(fields: Fields, problems: Failure[]): Sourced | undefined {
  const written = fields.raw('vars')
  if (!written || !('items' in written)) return fields.mapping('vars')
  return merged(written.origin, written.items, problems)
}

/** Several mappings of variables as one. */
export function merged(
  origin: Sourced['origin'],
  mappings: readonly Sourced[],
  problems: Failure[],
): Sourced {
  const entries = new Map<string, SourcedEntry>()
  for (const one of mappings)
    if ('entries' in one) for (const [name, entry] of one.entries) entries.set(name, entry)
    else
      problems.push(
        problem('playbook-vars', 'expected variables', one.origin, 'write each variable as "name: value"'),
      )
  return { origin, entries }
}
