import type { z } from 'zod'
import { quoted } from '../model/quoted.ts'

type RawIssue = z.core.$ZodRawIssue

/** What a schema complains about, in the words of a user; `undefined` leaves it to the schema library. */
export function inPlainWords(issue: RawIssue): string | undefined {
  const expected = expectation(issue)
  if (expected === undefined) return undefined
  const input = issue.code === 'invalid_union' ? undefined : issue.input
  return input === undefined ? `expected ${expected}` : `expected ${expected}, found ${shown(input)}`
}

/** The values that tell the shapes of a discriminated union apart. */
export function discriminatorOptions(issue: object): readonly unknown[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : []
}

/** Splits a message made here into its two halves. */
export function halves(message: string): { readonly expected: string; readonly found: string } | undefined {
  const match = /^expected (.*?)(?:, found (.*))?$/s.exec(message)
  return match ? { expected: match[1] ?? '', found: match[2] ?? '' } : undefined
}

/** The keys an object schema knows, as far as it says. */
export function keysOf(schema: unknown): readonly string[] {
  const shape = typeof schema === 'object' && schema !== null && 'shape' in schema ? schema.shape : undefined
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : []
}

/** What is looked at of schemas to find the words within. */
interface Inner {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly element?: unknown
  readonly innerType?: unknown
  readonly options?: readonly unknown[]
  readonly valueType?: unknown
  readonly in?: unknown
}

/** Where else a schema knows a key, as `services[].check`; the whole itself is the empty text. */
export function placesOf(key: string, schema: unknown, at = '', depth = 0): readonly string[] {
  // No mapping of ours is deeper.
  if (typeof schema !== 'object' || schema === null || depth > 12) return []
  const inner = schema as Inner & { readonly def?: Inner }
  const def = inner.def ?? {}
  const below = (one: unknown, where = at) => placesOf(key, one, where, depth + 1)
  const shape = inner.shape ?? {}
  return [
    ...new Set([
      ...(Object.hasOwn(shape, key) ? [at] : []),
      ...Object.entries(shape).flatMap(([name, one]) => below(one, at === '' ? name : `${at}.${name}`)),
      ...(def.element ? below(def.element, `${at}[]`) : []),
      ...(def.valueType ? below(def.valueType, `${at}.*`) : []),
      ...[def.innerType, def.in, ...(def.options ?? [])].flatMap((one) => (one ? below(one) : [])),
    ]),
  ]
}

function expectation(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(String(issue.expected), issue.inst)
    case 'invalid_value':
      return options(issue.values)
    case 'invalid_union':
      return options(discriminatorOptions(issue))
    case 'invalid_format':
      return formats[issue.format] ?? `text of the form ${issue.pattern ?? issue.format}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'too_small':
      return bounds(issue, 'at least', issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return bounds(issue, 'at most', issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    default:
      return undefined
  }
}

const formats: Readonly<Record<string, string>> = {
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 network such as 10.0.0.0/24',
  cidrv6: 'an IPv6 network such as fd00::/64',
  url: 'a URL',
  email: 'a mail address',
  hostname: 'a host name',
  mac: 'a MAC address',
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
  never: 'nothing',
  undefined: 'nothing',
  nonoptional: 'a value',
}

function typeWords(expected: string, schema: unknown): string {
  if (expected === 'number' || expected === 'int') return numberWords(schema)
  const needed = expected === 'object' ? neededKeys(schema) : []
  const words = types[expected] ?? expected
  return needed.length === 0 ? words : `${words} with ${new Intl.ListFormat('en').format(needed)}`
}

/** The keys that a mapping cannot do without. */
function neededKeys(schema: unknown): readonly string[] {
  const shape = (schema as { readonly shape?: Readonly<Record<string, z.ZodType>> }).shape ?? {}
  return Object.entries(shape).flatMap(([key, value]) => (value.safeParse(undefined).success ? [] : [key]))
}

/** `a whole number from 1 to 254` */
function numberWords(schema: unknown): string {
  const { minValue, maxValue, isInt } = {
    minValue: null,
    maxValue: null,
    isInt: false,
    ...numberLimits(schema),
  }
  const noun = isInt ? 'a whole number' : 'a number'
  const low = limit(minValue)
  const high = limit(maxValue)
  if (low !== undefined && high !== undefined) return `${noun} from ${low} to ${high}`
  if (low !== undefined) return `${noun}, ${low} or more`
  return high === undefined ? noun : `${noun}, ${high} or less`
}

function numberLimits(schema: unknown): Partial<Pick<z.ZodNumber, 'minValue' | 'maxValue' | 'isInt'>> {
  if (typeof schema !== 'object' || schema === null || !('minValue' in schema)) return {}
  const { minValue, maxValue, isInt } = schema as z.ZodNumber
  return { minValue, maxValue, isInt }
}

function limit(value: number | null): number | undefined {
  return value === null || !Number.isFinite(value) || Math.abs(value) === Number.MAX_SAFE_INTEGER
    ? undefined
    : value
}

function bounds(
  issue: Extract<RawIssue, { code: 'too_small' | 'too_big' }>,
  count: string,
  comparison: string,
  edge: number | bigint,
): string {
  const amount = issue.exact ? `exactly ${edge}` : `${count} ${edge}`
  if (issue.origin === 'string') return `${amount} characters`
  if (issue.origin === 'array' || issue.origin === 'set')
    return `${amount} ${Number(edge) === 1 ? 'item' : 'items'}`
  if (issue.inclusive === false) return `a number ${comparison} ${edge}`
  return numberWords(issue.schema)
}

function options(values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined
  return values.length === 1 ? shown(values[0]) : `one of ${values.map(String).join(', ')}`
}

/** A value as messages show it: short, and text told from numbers by its quotes. */
function shown(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  return quoted(value)
}
