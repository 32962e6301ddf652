import { z } from 'zod'

/** The types that Ansible's documentation gives to options. */
export type OptionType = 'str' | 'path' | 'bool' | 'int' | 'float' | 'list' | 'dict' | 'raw' | 'jsonarg'

/** What Ansible's documentation says of an option. */
export interface Documented {
  readonly type: OptionType
  readonly elements?: OptionType
  readonly aliases?: readonly string[]
  readonly choices?: readonly string[]
  readonly default?: unknown
  readonly required?: true
}

/** An option, and how a value of it is read: made when it is asked for, as few of a thousand options are in a run. */
export interface Typed<T> {
  readonly documented: Documented
  readonly schema: () => z.ZodType<T>
}

/** What becomes of an option here. */
export type Becomes =
  | { readonly is: 'done' }
  | { readonly is: 'different'; readonly why: string }
  /** Taken where it says what holds anyway, refused with what to do instead where it says something else. */
  | { readonly is: 'refused'; readonly instead: string }
  /** Ansible does not have it. */
  | { readonly is: 'ours'; readonly meaning: string }

/** One option of a module. */
export interface Option<T = unknown> extends Typed<T> {
  readonly becomes: Becomes
  /** Ansible must be told it, and we need not. */
  readonly mayLack?: true
}

type More = Omit<Documented, 'type' | 'elements'> & { readonly secret?: true }
type Given<T, M> = M extends { readonly default: unknown } | { readonly required: true } ? T : T | undefined

const yes: ReadonlySet<string> = new Set(['y', 'yes', 'on', '1', 'true', 't'])
const no: ReadonlySet<string> = new Set(['n', 'no', 'off', '0', 'false', 'f'])

const truth = z
  .union(
    [
      z.boolean(),
      z.union([z.literal(0), z.literal(1)]),
      z
        .string()
        .regex(
          /^([Yy]([Ee][Ss])?|[Nn][Oo]?|[Oo][Nn]|[Oo][Ff][Ff]|[Tt]([Rr][Uu][Ee])?|[Ff]([Aa][Ll][Ss][Ee])?|[01])$/,
          'must be true or false, or yes or no',
        ),
    ],
    { error: 'must be true or false, or yes or no' },
  )
  .transform((value) =>
    typeof value === 'string' ? yes.has(value.toLowerCase()) : value === true || value === 1,
  )

/** As Python writes what is no text. */
const text = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)))

const whole = z.union([z.int(), z.string().regex(/^[+-]?\d+$/, 'must be a whole number')]).transform(Number)
const decimal = z
  .union([z.number(), z.string().regex(/^[+-]?(\d+\.?\d*|\.\d+)$/, 'must be a number')])
  .transform(Number)

/** `yes` unquoted is a truth value to Ansible, which looks for the choice that was meant. */
function oneOf(choices: readonly string[]): z.ZodType<string> {
  const meant = (value: string | number | boolean) => {
    if (typeof value !== 'boolean') return String(value)
    return choices.find((one) => (value ? yes : no).has(one)) ?? String(value)
  }
  const spoken = z.enum([...choices])
  const others = [
    ...(choices.some((one) => yes.has(one) || no.has(one)) ? [z.boolean()] : []),
    ...(choices.some((one) => /^\d+$/.test(one)) ? [z.number()] : []),
  ]
  return others.length === 0
    ? spoken
    : z
        .union([spoken, ...others])
        .transform(meant)
        .pipe(z.enum([...choices]))
}

const mapping = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform((value, context) => {
    const read = mappingIn(value)
    if (read) return read
    context.issues.push({ code: 'custom', input: value, message: 'must be a mapping' })
    return z.NEVER
  }),
])

function mappingIn(value: string): Record<string, unknown> | undefined {
  if (value.trim().startsWith('{')) {
    try {
      return JSON.parse(value) as Record<string, unknown>
    } catch {
      return undefined
    }
  }
  const pairs = value.split(/[,\s]+/).filter((pair) => pair !== '')
  if (pairs.some((pair) => !pair.includes('='))) return undefined
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

function listOf<T>(element: z.ZodType<T>): z.ZodType<readonly T[]> {
  const words = z
    .union([z.string(), z.number(), z.boolean()])
    .transform((value): (string | number | boolean)[] =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((word) => word.trim())
            .filter((word) => word !== '')
        : [value],
    )
  const many = z.array(element)
  return z.union([many, words.pipe(many as unknown as z.ZodType<T[], (string | number | boolean)[]>)])
}

function typed<T>(
  type: OptionType,
  schema: () => z.ZodType<T>,
  { secret, ...more }: More,
  elements?: OptionType,
): Typed<T> {
  return {
    documented: { type, ...more, ...(elements ? { elements } : {}) },
    schema: once(() => (secret ? schema().meta({ writeOnly: true }) : schema())),
  }
}

/** Makes something when it is first asked for, and hands out the same from then on. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Text; numbers and truth values become it. */
export function str<const M extends More>(more: M = {} as M): Typed<Given<string, M>> {
  // Ansible's own word for "or any regular expression".
  const choices = more.choices?.includes('*regex*') ? undefined : more.choices
  return typed('str', () => (choices ? oneOf(choices) : text), more) as Typed<Given<string, M>>
}

/** A path of the machine. */
export function path<const M extends More>(more: M = {} as M): Typed<Given<string, M>> {
  return typed('path', () => text, more) as Typed<Given<string, M>>
}

/** Yes or no, in all the words that Ansible takes for them. */
export function bool<const D extends boolean | undefined = undefined>(
  fallback?: D,
  more: More = {},
): Typed<D extends boolean ? boolean : boolean | undefined> {
  return typed('bool', () => truth, {
    ...more,
    ...(fallback === undefined ? {} : { default: fallback }),
  }) as Typed<D extends boolean ? boolean : boolean | undefined>
}

/** A whole number. */
export function int<const M extends More>(more: M = {} as M): Typed<Given<number, M>> {
  return typed('int', () => whole, more) as Typed<Given<number, M>>
}

/** A number. */
export function float<const M extends More>(more: M = {} as M): Typed<Given<number, M>> {
  return typed('float', () => decimal, more) as Typed<Given<number, M>>
}

/** A list of texts; one text is split at its commas. */
export function list<const M extends More>(more: M = {} as M): Typed<Given<readonly string[], M>> {
  return typed('list', () => listOf(more.choices ? oneOf(more.choices) : text), more, 'str') as Typed<
    Given<readonly string[], M>
  >
}

/** A list of paths. */
export function paths<const M extends More>(more: M = {} as M): Typed<Given<readonly string[], M>> {
  return typed('list', () => listOf(text), more, 'path') as Typed<Given<readonly string[], M>>
}

/** A list of whole numbers. */
export function ints<const M extends More>(more: M = {} as M): Typed<Given<readonly number[], M>> {
  return typed('list', () => listOf(whole), more, 'int') as Typed<Given<readonly number[], M>>
}

/** A list of mappings, or of anything. */
export function items(
  elements: 'dict' | 'raw' | undefined,
  more: More = {},
): Typed<readonly unknown[] | undefined> {
  const alone = () => z.record(z.string(), z.unknown()).transform((value): unknown[] => [value])
  return typed('list', () => z.union([listOf(z.unknown()), alone()]), more, elements)
}

/** A mapping; `a=b,c=d` becomes one. */
export function dict<const M extends More>(
  more: M = {} as M,
): Typed<Given<Readonly<Record<string, unknown>>, M>> {
  return typed('dict', () => mapping, more) as Typed<Given<Readonly<Record<string, unknown>>, M>>
}

/** Anything. */
export function raw<const M extends More>(more: M = {} as M): Typed<unknown> {
  return typed('raw', () => z.unknown(), more)
}

/** Octal permissions, as a number with or without quotes, or symbolic ones. A truth value is the number that it is to Python. */
export function mode(more: More = {}): Typed<string | undefined> {
  const schema = () =>
    z
      .union([z.string(), z.int().min(0), z.boolean()])
      .transform((value) => String(typeof value === 'boolean' ? Number(value) : value).replace(/^0o/, ''))
      .pipe(
        z
          .string()
          .regex(
            /^([0-7]{1,5}|preserve|[ugoa]*[-+=][rwxXstugo]*([-+=,][rwxXstugoa=+-]*)*)$/,
            "must be permissions such as '0644' or u=rw,g=r,o=r",
          ),
      )
  return typed('raw', schema, more) as Typed<string | undefined>
}

/** As Ansible has it. */
export function done<T>(option: Typed<T>): Option<T> {
  return { becomes: { is: 'done' }, ...option }
}

/** Taken, with a difference. */
export function different<T>(why: string, option: Typed<T>): Option<T> {
  return { becomes: { is: 'different', why }, ...option }
}

/** Not taken. */
export function refused<T>(instead: string, option: Typed<T>): Option<T> {
  return { becomes: { is: 'refused', instead }, ...option }
}

/** An option that Ansible does not have. */
export function ours<T>(meaning: string, option: Typed<T>): Option<T> {
  return { becomes: { is: 'ours', meaning }, ...option }
}

/** An option that Ansible does not have, with a schema of a resource. */
export function oursAs<T>(meaning: string, schema: z.ZodType<T>): Option<T | undefined> {
  return { documented: { type: 'raw' }, schema: () => schema, becomes: { is: 'ours', meaning } }
}

/** Documented as text, and taken as a list as well. */
export function words<const M extends More>(more: M = {} as M): Typed<Given<readonly string[], M>> {
  return typed('str', () => listOf(text), more) as Typed<Given<readonly string[], M>>
}

/** Text or bytes, or what is written as JSON. */
export function content(more: More = {}): Typed<unknown> {
  return typed('str', () => z.unknown(), more)
}

/** An option that Ansible must be told, and we need not. */
export function mayLack<T>(option: Option<T>): Option<T | undefined> {
  return { ...option, mayLack: true }
}
