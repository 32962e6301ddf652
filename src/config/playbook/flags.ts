import { z } from 'zod'
import type { Sourced } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { validate } from '../validate.ts'
import type { Flag } from './spec.ts'

/** Words that Ansible takes for true and false where a value was computed. */
const computed = z.union([
  z.boolean(),
  z.number().transform((number) => number !== 0),
  z
    .string()
    .regex(/^(yes|no|on|off|true|false|y|n|t|f|1|0)$/i, 'must come out as true or false')
    .transform((word) => /^(yes|on|true|y|t|1)$/i.test(word)),
])

/** Whether what a keyword says holds. Throws what computing it throws. */
export function flagIn(name: string, flag: Flag, scope: Scope, resolver: Resolver): boolean {
  if (typeof flag === 'boolean') return flag
  const value: Sourced = resolver.sourced(flag, scope)
  // What comes out as nothing says nothing.
  if ('scalar' in value && (value.scalar === null || value.scalar === '')) return false
  return validate(computed, value, name)
}
