import { z } from 'zod'
import { validate } from '../validate.ts'
import { attempt, type Fields } from './fields.ts'
import type { Reading } from './reading.ts'

/** The name of a variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and underscores, not starting with a digit')

/** The name under which a task keeps its result. */
export function registerOf(fields: Fields, { problems, given }: Reading): string | undefined {
  const named = fields.raw('register')
  const name = named && attempt(problems, () => validate(variableName, named, 'register'))
  if (name !== undefined) given.add(name)
  return name
}
