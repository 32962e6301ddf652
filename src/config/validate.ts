import type { z } from 'zod'
import { type Failure, InvalidInput } from '../model/failure.ts'
import { clipped, quoted } from '../model/quoted.ts'
import type { Fix } from '../model/rule.ts'
import { originAt, plain, type Sourced } from '../model/sourced.ts'
import { problem } from './problem.ts'
import { isSecretName } from './secrecy.ts'
import { didYouMean, suggestion, surelyMeant } from './suggest.ts'
import { discriminatorOptions, halves, inPlainWords, keysOf, placesOf } from './zod-words.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** What the issues of one value are about. */
interface Subject {
  readonly sourced: Sourced
  readonly what: string
  readonly schema: z.ZodType
  /** The keys that were allowed, by the list of those that were not. */
  readonly knownKeys: ReadonlyMap<readonly string[], readonly string[]>
}

/** One problem, and which key it finds missing or takes another one for. */
interface Finding {
  readonly failure: Failure
  readonly missing?: string
  readonly meant?: string
}

/**
 * The typed value of a user's input; `what` names it in messages, as in `cluster` or `a play`. Throws
 * InvalidInput with one problem for each thing that is wrong, each at its own place.
 */
export function validate<T>(schema: z.ZodType<T>, sourced: Sourced, what: string): T {
  const knownKeys = new Map<readonly string[], readonly string[]>()
  const result = schema.safeParse(plain(sourced), {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') knownKeys.set(issue.keys, keysOf(issue.inst))
      return inPlainWords(issue)
    },
  })
  if (result.success) return result.data
  const subject = { sourced, what, schema, knownKeys }
  const findings = result.error.issues
    .flatMap((issue) => findingsOf(issue, [], subject))
    .toSorted((a, b) => place(a) - place(b))
  const misspelt = new Set(findings.flatMap(({ meant }) => meant ?? []))
  throw new InvalidInput(
    findings.filter(({ missing }) => !missing || !misspelt.has(missing)).map(({ failure }) => failure),
  )
}

function findingsOf(issue: Issue, above: Path, subject: Subject): readonly Finding[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, subject.knownKeys.get(issue.keys) ?? [], path, subject))
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return unionFindings(issue.errors, path, subject)
  if (issue.code === 'invalid_key') {
    const reason = issue.issues.map(({ message }) => message).join('; ')
    const origin = originAt(subject.sourced, path, 'key')
    return [{ failure: problem('schema-key', `${pathText(path, subject)}: ${reason}`, origin) }]
  }
  return [wrongValue(issue, path, subject)]
}

function unknownKey(key: string, known: readonly string[], path: Path, subject: Subject): Finding {
  const meant = didYouMean(key, known)
  const surely = surelyMeant(key, known)
  const beside = valueAt(subject.sourced, path)
  const isFree = surely !== undefined && !(beside && 'entries' in beside && beside.entries.has(surely))
  return {
    failure: problem(
      'schema-unknown-key',
      `unknown key ${quoted(key)} in ${pathText(path, subject)}`,
      originAt(subject.sourced, [...path, key], 'key'),
      meant === undefined ? (elsewhere(key, subject) ?? suggestion(key, known)) : suggestion(key, known),
      isFree ? { is: 'key', to: surely } : undefined,
    ),
    ...(meant ? { meant: pathText([...path, meant], subject) } : {}),
  }
}

/** A word that is known, and stands in the wrong place. */
function elsewhere(key: string, { schema, what }: Subject): string | undefined {
  const places = placesOf(key, schema)
    .map((one) => (one === '' ? what : one))
    .toSorted((one, other) => one.length - other.length)
  // A word of very many says hardly which of them is meant.
  if (places.length === 0 || places.length > 8) return undefined
  return `it is a word of ${new Intl.ListFormat('en', { type: 'disjunction' }).format(places.slice(0, 3))}: write it there`
}

/** Orders findings as they stand in the file. */
function place({ failure }: Finding): number {
  const { line, col } = failure.where.origin ?? { line: 0, col: 0 }
  return line + col / 1e6
}

/** Of several shapes a value may have, the one the user was nearest to is the one to talk about. */
function unionFindings(branches: readonly Issue[][], path: Path, subject: Subject): readonly Finding[] {
  const shaped = branches.filter((issues) => !issues.some(isWrongType))
  if (shaped.length > 0) {
    const [nearest] = shaped.toSorted((a, b) => a.length - b.length)
    return (nearest ?? []).flatMap((issue) => findingsOf(issue, path, subject))
  }
  const parts = branches.flatMap(wrongTypes)
  const expected = [...new Set(parts.map((part) => part.expected))]
  const found = parts.find((part) => part.found)?.found
  const message = `expected ${expected.join(' or ')}${found ? `, found ${found}` : ''}`
  return [wrongValue({ code: 'custom', path: [], message }, path, subject)]
}

function wrongTypes(issues: readonly Issue[]): readonly { expected: string; found: string }[] {
  return issues.filter(isWrongType).flatMap((issue) => {
    if (issue.code === 'invalid_union') return issue.errors.flatMap(wrongTypes)
    return halves(issue.message) ?? []
  })
}

function isWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') return issue.errors.every((issues) => issues.some(isWrongType))
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function wrongValue(issue: Issue, path: Path, subject: Subject): Finding {
  const origin = originAt(subject.sourced, path)
  const parts = halves(issue.message)
  const text = pathText(path, subject)
  if (path.length > 0 && parts && !valueAt(subject.sourced, path)) {
    const [key, parent] = [String(path.at(-1)), pathText(path.slice(0, -1), subject)]
    const next = `expected there: ${parts.expected}`
    return {
      failure: problem('schema-missing-key', `${quoted(key)} is missing in ${parent}`, origin, next),
      missing: text,
    }
  }
  const value = valueAt(subject.sourced, path)
  const secret =
    path.some((part) => isSecretName(String(part))) || (value && 'scalar' in value && value.secret)
  const message = parts && secret ? `expected ${parts.expected}` : issue.message
  const next = secret ? undefined : nextStep(issue, path, subject)
  const fix = secret ? undefined : fixOf(issue, path, subject)
  return { failure: problem('schema-value', `${text}: ${message}`, origin, next, fix) }
}

/** Is true or false one of what is expected, perhaps beside a mapping with more? */
function mayBeTruth({ message }: Issue): boolean {
  return /^true or false(?: or |$)/.test(halves(message)?.expected ?? '')
}

/** The one value that can be meant. */
function fixOf(issue: Issue, path: Path, { sourced }: Subject): Fix | undefined {
  const value = valueAt(sourced, path)
  const found = value && 'scalar' in value ? value.scalar : undefined
  if (typeof found !== 'string') return undefined
  const options = issue.code === 'invalid_value' ? issue.values : discriminatorOptions(issue)
  const meant = surelyMeant(found, options.map(String))
  if (meant !== undefined) return { is: 'value', to: meant }
  return mayBeTruth(issue) && /^(?:true|false)$/i.test(found)
    ? { is: 'value', to: found.toLowerCase() }
    : undefined
}

function nextStep(issue: Issue, path: Path, { sourced }: Subject): string | undefined {
  const value = valueAt(sourced, path)
  const found = value && 'scalar' in value ? value.scalar : undefined
  if (typeof found !== 'string') return undefined
  const options = issue.code === 'invalid_value' ? issue.values : discriminatorOptions(issue)
  const meant = didYouMean(found, options.map(String))
  if (meant !== undefined) return `did you mean ${quoted(meant)}?`
  if (mayBeTruth(issue) && /^(yes|no|on|off|true|false)$/i.test(found))
    return 'write true or false, without quotes'
  return undefined
}

function valueAt(sourced: Sourced, path: Path): Sourced | undefined {
  return path.reduce<Sourced | undefined>((at, part) => {
    if (at && 'entries' in at) return at.entries.get(String(part))?.value
    return at && 'items' in at ? at.items[Number(part)] : undefined
  }, sourced)
}

/** `vips[0].address`, or the name of the whole. */
function pathText(path: Path, { what }: Subject): string {
  return path.length === 0
    ? what
    : path
        .map((part, index) =>
          typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${clipped(String(part))}`,
        )
        .join('')
}
