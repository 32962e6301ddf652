import { z } from 'zod'
import { contentOf } from '../sensors/contents.ts'
import { type UnitReading, unitName, unitNamed } from '../sensors/units.ts'
import { ownerIn, ownershipNoteOf } from './owned-service.ts'

/** Of `service`: what had its ports in an earlier shape of the machine. */
export const predecessors = {
  instead_of: z
    .array(z.string())
    .default([])
    .describe(
      'Services of an earlier shape of the machine whose place it takes: those of `cluster` are stopped right before it starts.',
    ),
  cluster: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the cluster that set up those of `instead_of`; of others none is stopped.'),
}

interface Wanted {
  readonly instead_of: readonly string[]
  readonly cluster?: string | undefined
}

/** What is asked of them. */
export function predecessorQueries({ instead_of }: Wanted) {
  return Object.fromEntries(
    instead_of.flatMap((name) => [
      [`owner of ${name}`, contentOf(ownershipNoteOf(name))],
      [`unit ${name}`, unitNamed(name)],
    ]),
  )
}

/** Units of those that run, and are the cluster's own. */
export function predecessorsIn(
  { instead_of, cluster }: Wanted,
  found: Readonly<Record<string, unknown>>,
): readonly string[] {
  return instead_of.flatMap((name) => {
    const unit = found[`unit ${name}`] as UnitReading | undefined
    const owner = ownerIn(found[`owner of ${name}`] as Parameters<typeof ownerIn>[0] | undefined)
    return unit?.active === 'active' && owner !== undefined && owner === cluster ? [unitName(name)] : []
  })
}
