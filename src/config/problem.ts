import { Failure } from '../model/failure.ts'
import { hidden } from '../model/marked.ts'
import type { Meant } from '../model/meant.ts'
import type { Origin } from '../model/origin.ts'
import type { Fix } from '../model/rule.ts'
import type { InputRule } from './rules/index.ts'
import { isSecretName } from './secrecy.ts'

/** Is told of what is doubtful but no error. */
export interface Warn {
  (rule: InputRule, message: string, origin: Origin): void
  /** Is told of each comment that says that something is meant. */
  readonly meant?: (comment: Meant) => void
}

/** One thing wrong in a user's input; collect them into `InvalidInput`. */
export function problem(
  rule: InputRule,
  message: string,
  origin?: Origin,
  next?: string,
  fix?: Fix,
): Failure {
  return new Failure('INVALID_INPUT', message, {
    rule,
    fix,
    ...(origin ? { where: { origin } } : {}),
    ...(next ? { next } : {}),
  })
}

/** A problem in `text` with the offending line beneath it and a caret under the column. */
export function problemInText(
  rule: InputRule,
  text: string,
  origin: Origin,
  message: string,
  next?: string,
  fix?: Fix,
): Failure {
  return new Failure('INVALID_INPUT', message, {
    rule,
    fix,
    where: { origin },
    output: quoteLine(text, origin),
    ...(next ? { next } : {}),
  })
}

const width = 100

/** One line of a text that may have very many, in which very many things may be wrong. */
function lineOf(text: string, line: number): string {
  const breaks = /\r\n|\n|\r/g
  let start = 0
  for (let at = 1; at < line; at += 1) {
    if (!breaks.exec(text)) return ''
    start = breaks.lastIndex
  }
  const end = breaks.exec(text)
  return text.slice(start, end?.index)
}

/** Tabs are made visible, long lines are cut around the column, and what looks like a secret is not repeated. */
function quoteLine(text: string, { line, col }: Origin): string {
  const whole = lineOf(text, line)
  const named = /^(.*?([\w-]+)\s*[:=]\s*)\S/.exec(whole)
  if (named?.[1] && isSecretName(named[2] ?? '')) return `${named[1]}${hidden}`
  const from = Math.max(0, Math.min(col - 1 - width / 2, whole.length - width))
  const shown = whole.slice(from, from + width).replaceAll('\t', '⇥')
  return `${shown}\n${' '.repeat(col - 1 - from)}^`
}
