import { z } from 'zod'
import type { Failure } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { isTemplate } from '../expressions/text.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields, truth } from './fields.ts'

/** A keyword that is true or false: as it is written, or an expression that is computed for each host. */
export type Flag = boolean | Sourced

/** What a keyword says that may be computed later; nothing where it is not there. */
export function flagOf(fields: Fields, name: string): Flag | undefined {
  const written = fields.raw(name)
  return written && isComputed(written) ? written : fields.flag(name)
}

/** Is there something to compute in it? */
export function isComputed(written: Sourced): boolean {
  return 'scalar' in written && typeof written.scalar === 'string' && isTemplate(written.scalar)
}

/** What it comes to. Throws what computing it throws, and InvalidInput where that is neither true nor false. */
export function decided(flag: Flag, scope: Scope, resolver: Resolver, name: string): boolean {
  if (typeof flag === 'boolean') return flag
  const value = resolver.sourced(flag, scope)
  // What is left out is as if it was not written.
  if ('scalar' in value && value.scalar === null) return false
  return validate(computedTruth, value, name)
}

/** A number that may be computed later. What is wrong with it is noted. */
export function amountOf(fields: Fields, name: string, problems: Failure[]): Sourced | undefined {
  const written = fields.raw(name)
  if (!written || isComputed(written)) return written
  return attempt(problems, () => validate(wholeNumber, written, name)) === undefined ? undefined : written
}

/** What such a number comes to; 0 says nothing. Throws what computing it throws. */
export function amount(
  written: Sourced | undefined,
  scope: Scope,
  resolver: Resolver,
  name: string,
): number | undefined {
  if (!written) return undefined
  const value = resolver.sourced(written, scope)
  if ('scalar' in value && value.scalar === null) return undefined
  const number = validate(wholeNumber, value, name)
  return number > 0 ? number : undefined
}

const computedTruth = z.union([
  truth,
  z.union([z.literal(1), z.literal(0), z.literal('1'), z.literal('0')]).transform((one) => Number(one) === 1),
])

const wholeNumber = z.union([
  z.int('must be a whole number').min(0),
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number),
])
