import { order } from './compare.ts'
import { JinjaError } from './failure.ts'
import { floatText } from './text.ts'
import { entriesOf, isFloat, isInt, isMapping, isSequence, numberOf, present, typeWords } from './values.ts'
import type { Work } from './work.ts'

/** How a value is written as JSON. */
export interface JsonStyle {
  /** Spaces of each level; absent: all in one line. */
  readonly indent: number | string | undefined
  readonly sortKeys: boolean
  /** Write letters beyond ASCII as escapes. */
  readonly ascii: boolean
  readonly between: string
  readonly colon: string
}

/** A value as JSON, as Python writes it. */
export function jsonOf(value: unknown, style: JsonStyle, work: Work, level = 0): string {
  work.spend()
  present(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return textOf(value, style.ascii)
  if (typeof value === 'boolean') return String(value)
  if (isInt(value)) return BigInt(value).toString()
  if (isFloat(value))
    return floatText(numberOf(value) ?? 0)
      .replace('inf', 'Infinity')
      .replace('nan', 'NaN')
  if (value instanceof Date) return textOf(value.toISOString().replace(/(?:\.000)?Z$/, ''), true)
  return work.deeper(() => {
    if (isSequence(value))
      return inside(
        '[',
        ']',
        Array.from(value, (one) => jsonOf(one, style, work, level + 1)),
        style,
        level,
        work,
      )
    if (!isMapping(value)) throw new JinjaError(`${typeWords(value)} cannot be written as JSON`)
    const entries = style.sortKeys
      ? entriesOf(value).toSorted(([a], [b]) => order(a, b, work))
      : entriesOf(value)
    const parts = entries.map(([key, one]) => {
      const name = typeof key === 'string' ? key : jsonOf(key, style, work)
      return `${textOf(name, style.ascii)}${style.colon}${jsonOf(one, style, work, level + 1)}`
    })
    return inside('{', '}', parts, style, level, work)
  })
}

function inside(
  open: string,
  close: string,
  parts: readonly string[],
  { indent, between }: JsonStyle,
  level: number,
  work: Work,
): string {
  if (parts.length === 0) return open + close
  work.text(parts.reduce((sum, part) => sum + part.length, 0))
  if (indent === undefined) return open + parts.join(between) + close
  const step = typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, indent))
  work.text(step.length * (level + 1) * parts.length)
  const line = `\n${step.repeat(level + 1)}`
  return `${open}${line}${parts.join(between.trimEnd() + line)}\n${step.repeat(level)}${close}`
}

function textOf(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text)
  if (!ascii) return quoted
  return quoted.replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
