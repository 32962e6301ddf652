import { z } from 'zod'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { suggestion, surelyMeant } from '../suggest.ts'
import { validate } from '../validate.ts'

/** A mapping of a playbook, read key by key; what is wrong is noted and reading goes on. */
export interface Fields {
  readonly value: Sourced
  /** The value of a key as written. */
  raw(name: string): Sourced | undefined
  text(name: string): string | undefined
  flag(name: string): boolean | undefined
  /** One word, several with commas between, or a list. */
  words(name: string): readonly string[]
  /** A list, where one entry alone counts as a list of one. */
  several(name: string): readonly Sourced[]
  /** A list of anything. */
  items(name: string): readonly Sourced[]
  mapping(name: string): Sourced | undefined
}

/** What a mapping may hold. */
export interface Shape {
  /** Names the mapping in messages: `a play`. */
  readonly what: string
  readonly known: readonly string[]
  /** Keys Ansible has and we do not, with what to do instead. */
  readonly refused: Readonly<Record<string, string>>
  /** Other keys mean something as well. */
  readonly others?: true
}

/** Reads a mapping; keys that are not known are noted as problems. */
export function fieldsOf(value: Sourced, shape: Shape, problems: Failure[]): Fields {
  const entries = 'entries' in value ? value.entries : new Map()
  if (!('entries' in value)) attempt(problems, () => validate(anyMapping, value, shape.what))
  for (const [name, entry] of entries)
    if (!shape.known.includes(name) && !(shape.others && !(name in shape.refused)))
      problems.push(unknownKey(name, entry.key, shape, entries))
  const raw = (name: string) => {
    const found: Sourced | undefined = entries.get(name)?.value
    return found && 'scalar' in found && found.scalar === null ? undefined : found
  }
  const checked = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
    const found = raw(name)
    return found && attempt(problems, () => validate(schema, found, name))
  }
  return {
    value,
    raw,
    text: (name) => checked(name, anyText),
    flag: (name) => checked(name, truth),
    words: (name) => wordsOf(checked(name, oneOrMoreWords)),
    several: (name) => {
      const found = raw(name)
      if (!found) return []
      return 'items' in found ? found.items : [found]
    },
    items: (name) => {
      checked(name, anyList)
      const found = raw(name)
      return found && 'items' in found ? found.items : []
    },
    mapping: (name) => (checked(name, anyMapping) ? raw(name) : undefined),
  }
}

/** Runs a reading step; its problems are noted, and the value is then `undefined`. */
export function attempt<T>(problems: Failure[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

/** Truth values also as Ansible's users write them. */
export const truth = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(yes|no|on|off|true|false)$/i, 'must be true or false')
    .transform((word) => /^(yes|on|true)$/i.test(word)),
])

const scalarWord = z.union([z.string(), z.number()])
const oneOrMoreWords = z.union([z.string(), z.number(), z.array(scalarWord)])
const anyText = z.string()
const anyList = z.array(z.unknown())
const anyMapping = z.record(z.string(), z.unknown())

function wordsOf(value: string | number | readonly (string | number)[] | undefined): readonly string[] {
  if (value === undefined) return []
  const list = typeof value === 'object' ? value : [value]
  return list
    .flatMap((word) => String(word).split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function unknownKey(
  name: string,
  origin: Sourced['origin'],
  { what, known, refused }: Shape,
  beside: ReadonlyMap<string, unknown>,
): Failure {
  const instead = refused[name]
  if (instead !== undefined)
    return problem('playbook-unsupported', `${quoted(name)} is not supported in ${what}`, origin, instead)
  const surely = surelyMeant(name, known)
  return problem(
    'playbook-unknown-key',
    `unknown key ${quoted(name)} in ${what}`,
    origin,
    suggestion(name, known),
    surely === undefined || beside.has(surely) ? undefined : { is: 'key', to: surely },
  )
}
