import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problemInText } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { insteadOfAnsibleVariable, insteadOfJinja } from './jinja.ts'
import { typeName } from './values.ts'

type CelError = EvaluationError | ParseError | CelTypeError

/** What helps to say what was meant. */
interface Surroundings {
  names(): readonly string[]
  /** The value of a part of the expression; throws. */
  evaluate(part: string): unknown
}

/** Is this the error of a name or key that does not exist? */
export function isMissing(error: unknown): boolean {
  return isCelError(error) && ['unknown_variable', 'no_such_key', 'index_out_of_bounds'].includes(error.code)
}

/** The error of an expression in a user's words; anything that is not CEL's own goes through as it is. */
export function celFailure(
  error: unknown,
  expression: string,
  origin: Origin,
  surroundings: Surroundings,
): unknown {
  if (!isCelError(error)) return error
  const [message, next] = explanation(error, expression, surroundings)
  return new InvalidInput([inExpression(expression, error.range?.start ?? 0, origin, message, next)])
}

/** A problem at an offset of an expression, with the expression beneath it. */
export function inExpression(
  expression: string,
  offset: number,
  origin: Origin,
  message: string,
  next?: string,
): Failure {
  const shown = expression.trim()
  const at = Math.max(0, offset - (expression.length - expression.trimStart().length))
  const before = shown.slice(0, at).split('\n')
  const within = { file: origin.file, line: before.length, col: (before.at(-1) ?? '').length + 1 }
  const { output } = problemInText(shown, within, message)
  return new Failure('INVALID_INPUT', message, {
    where: { origin },
    ...(output ? { output } : {}),
    ...(next ? { next } : {}),
  })
}

function explanation(
  error: CelError,
  expression: string,
  { names, evaluate }: Surroundings,
): readonly [message: string, next?: string] {
  const { code, node } = error
  if (error instanceof ParseError) return parseExplanation(error, expression)
  if (code === 'unknown_variable') {
    const name = String(node && 'args' in node ? node.args : '')
    return [`${quoted(name)} is not defined`, insteadOfAnsibleVariable(name) ?? suggestion(name, names())]
  }
  if (code === 'no_such_key' || code === 'index_out_of_bounds') return keyExplanation(error, evaluate)
  if (code === 'invalid_macro_argument' && error.summary.startsWith('has()'))
    return ['has(…) needs a name with a dot in it', 'write defined(x) to ask whether x is defined']
  if (code === 'invalid_condition_type')
    return [`the condition before ? must be true or false: ${tidy(error.summary)}`, 'compare it with ==']
  if (code === 'invalid_logical_operand')
    return [tidy(error.summary), 'compare with ==, as in x == true or size(x) > 0']
  if (code === 'no_such_overload' && /string \+|\+ string/.test(error.summary))
    return [tidy(error.summary), 'text is joined with text only: write string(x)']
  if (code === 'no_matching_overload')
    return [
      `${/'(.*)'/.exec(tidy(error.summary))?.[1] ?? 'this'} is no function that is known here`,
      'docs/playbooks.md lists functions and methods',
    ]
  return [tidy(error.summary)]
}

function parseExplanation(error: ParseError, expression: string): readonly [message: string, next?: string] {
  const next = insteadOfJinja(expression)
  if (expression.trim() === '') return ['the expression is empty', 'write a variable or a comparison']
  if (error.code === 'unexpected_token' && error.summary.endsWith('EOF'))
    return ['the expression ends too early', next ?? 'complete it']
  if (error.code === 'unexpected_character' || error.code === 'unexpected_token') {
    const found =
      expression
        .slice(error.range?.start ?? 0)
        .trim()
        .split(/\s/)[0] ?? ''
    return [
      `${quoted(found)} was not expected here`,
      next ?? 'expressions are written in CEL, see docs/playbooks.md',
    ]
  }
  return [tidy(error.summary), next]
}

function keyExplanation(
  error: CelError,
  evaluate: Surroundings['evaluate'],
): readonly [message: string, next?: string] {
  const { node } = error
  const access = node && 'args' in node && Array.isArray(node.args) ? node.args : []
  const [left] = access as readonly { start: number; end: number; input: string }[]
  const part = left?.input?.slice(left.start, left.end)
  const key = /^No such key: (.*)$/s.exec(error.summary)?.[1] ?? ''
  if (part === undefined) return [`there is no ${quoted(key)}`]
  let value: unknown
  try {
    value = evaluate(part)
  } catch {
    return [`${part} has no ${quoted(key)}`]
  }
  if (error.code === 'index_out_of_bounds' && Array.isArray(value))
    return [
      `${part} has ${value.length} ${value.length === 1 ? 'item' : 'items'}: no such position`,
      'positions count from 0',
    ]
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${part} is ${typeName(value)} and has no ${quoted(key)}`]
  return [`${part} has no ${quoted(key)}`, suggestion(key, Object.keys(value))]
}

/** The library's words for types, made plain. */
function tidy(summary: string): string {
  const plain = summary
    .replaceAll(/dyn<(\w+)>/g, '$1')
    .replace(/^no such overload: (.*)$/, 'this cannot be computed: $1')
  return plain.charAt(0).toLowerCase() + plain.slice(1)
}

function isCelError(error: unknown): error is CelError {
  return error instanceof EvaluationError || error instanceof ParseError || error instanceof CelTypeError
}
