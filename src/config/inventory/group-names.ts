import type { Failure } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problem } from '../problem.ts'

/** What is wrong with the name of a group: it must not look like a pattern. */
export function wrongGroupName(name: string, origin: Origin): Failure | undefined {
  if (/^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*)$/u.test(name)) return undefined
  return problem(
    'inventory-group-name',
    `${quoted(name)} is not a name for a group`,
    origin,
    'use letters, digits and underscores',
  )
}
