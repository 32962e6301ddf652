import { JinjaError, TooMuch, UndefinedError } from '../../jinja/failure.ts'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { problem, problemInText } from '../problem.ts'
import type { InputRule } from '../rules/index.ts'
import { TooSlow } from '../time-limit.ts'

/** The error of an expression at its place, with the expression beneath it; what is none goes through as it is. */
export function expressionFailure(error: unknown, expression: string, origin: Origin): unknown {
  const found = jinjaError(error)
  if (!found) return error
  const { template, offset = 0, message, next } = found
  if (template) return templateFailure(found, template.name, template.text)
  return new InvalidInput([
    inExpression(
      expression,
      offset,
      origin,
      message,
      instead(message, expression) ?? next,
      ruleOf(found, 'expression'),
    ),
  ])
}

/** The same for a template's file: file, line and column are the template's. */
export function templateFailure(error: unknown, file: string, text: string): unknown {
  const found = jinjaError(error)
  if (!found) return error
  const { template, offset = 0, message, next } = found
  const whole = template ?? { name: file, text }
  const before = whole.text.slice(0, offset).split('\n')
  const origin = { file: whole.name, line: before.length, col: (before.at(-1) ?? '').length + 1 }
  return new InvalidInput([
    problemInText(
      ruleOf(found, 'template'),
      whole.text,
      origin,
      message,
      instead(message, whole.text) ?? next,
    ),
  ])
}

/** The same for a lookup that no expression asks for: a loop does. */
export function lookupFailure(error: unknown, origin: Origin): unknown {
  const found = jinjaError(error)
  if (!found) return error
  if (found.template) return templateFailure(found, found.template.name, found.template.text)
  return new InvalidInput([problem(ruleOf(found, 'expression'), found.message, origin, found.next)])
}

function ruleOf(error: JinjaError, of: 'expression' | 'template'): InputRule {
  if (error instanceof UndefinedError) return `${of}-undefined`
  return error instanceof TooMuch ? `${of}-too-much` : `${of}-syntax`
}

function jinjaError(error: unknown): JinjaError | undefined {
  if (error instanceof JinjaError) return error
  if (!(error instanceof TooSlow)) return undefined
  return new JinjaError(
    'this takes longer than a second: a regular expression in it has too many ways to match',
    {
      next: 'write it without repetitions inside repetitions, such as (a+)+',
    },
  )
}

/** A problem at an offset of an expression, with the expression beneath it. */
function inExpression(
  expression: string,
  offset: number,
  origin: Origin,
  message: string,
  next: string | undefined,
  rule: InputRule,
): Failure {
  const shown = expression.trim()
  const at = Math.max(0, offset - (expression.length - expression.trimStart().length))
  const before = shown.slice(0, at).split('\n')
  const within = { file: origin.file, line: before.length, col: (before.at(-1) ?? '').length + 1 }
  const { output } = problemInText(rule, shown, within, message)
  return new Failure('INVALID_INPUT', message, {
    rule,
    where: { origin },
    ...(output ? { output } : {}),
    ...(next ? { next } : {}),
  })
}

/** Jinja's word for what other languages call otherwise, where an expression of theirs was written. */
function instead(message: string, expression: string): string | undefined {
  const [, name = ''] = /^"([^"]*)" is not defined/.exec(message) ?? []
  const isCalled = expression.includes(`${name}(`) || name === 'null' || name === 'yes' || name === 'no'
  if (isCalled && Object.hasOwn(functions, name)) return `write ${functions[name]}`
  const [, method = ''] = / has no "(\w+)"$/.exec(message) ?? []
  if (Object.hasOwn(methods, method)) return `write ${methods[method]}`
  return undefined
}

const functions: Readonly<Record<string, string>> = {
  size: 'x | length instead of size(x)',
  default: 'x | default(y) instead of default(x, y)',
  defined: 'x is defined instead of defined(x)',
  has: 'x.y is defined instead of has(x.y)',
  string: 'x | string instead of string(x)',
  int: 'x | int instead of int(x)',
  double: 'x | float instead of double(x)',
  bool: 'x | bool instead of bool(x)',
  json: 'x | to_json instead of json(x)',
  bytes: 'x | b64encode instead of bytes(x).base64()',
  null: 'none',
  yes: 'true',
  no: 'false',
}

const methods: Readonly<Record<string, string>> = {
  map: "x | map(attribute='name') instead of x.map(one, one.name)",
  filter: "x | selectattr('name', 'eq', …) instead of x.filter(one, one.name == …)",
  exists: "x | selectattr('name', 'eq', …) | list | length > 0 instead of x.exists(…)",
  all: "x | rejectattr('name', 'eq', …) | list | length == 0 instead of x.all(…)",
  size: 'x | length instead of x.size()',
  contains: "'part' in x instead of x.contains('part')",
  matches: "x is search('…') instead of x.matches('…')",
  lowerAscii: 'x | lower',
  upperAscii: 'x | upper',
  startsWith: "x.startswith('…')",
  endsWith: "x.endswith('…')",
  trim: 'x | trim',
  substring: 'x[from:to]',
  join: "x | join(',')",
}
