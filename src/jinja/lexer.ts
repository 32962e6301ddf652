import { escaped } from '../model/marked.ts'
import { JinjaError } from './failure.ts'

/** A piece of a template. */
export interface Token {
  readonly is:
    | 'text'
    | 'print'
    | 'print end'
    | 'block'
    | 'block end'
    | 'name'
    | 'string'
    | 'int'
    | 'float'
    | 'operator'
    | 'end'
  readonly text: string
  readonly at: number
}

/** What begins and ends the parts of a template. */
export interface Marks {
  readonly block: readonly [start: string, end: string]
  readonly print: readonly [start: string, end: string]
  readonly comment: readonly [start: string, end: string]
}

/** Those that everybody knows. */
export const usualMarks: Marks = { block: ['{%', '%}'], print: ['{{', '}}'], comment: ['{#', '#}'] }

/** How whitespace beside statements is taken, and how they are told from text. */
export interface Spacing {
  /** The line break after a statement goes. */
  readonly trimBlocks: boolean
  /** Spaces before a statement that stands first on its line go. */
  readonly lstripBlocks: boolean
  /** Absent: the usual ones. */
  readonly marks?: Marks
  /** What breaks lines of the template's own words; absent: what is written. */
  readonly newline?: string
}

/** Patterns that find the beginnings of parts. */
function patternsOf({ block: [start, end], print, comment }: Marks) {
  // Of two that begin alike the longer is meant.
  const starts = [start, print[0], comment[0]].toSorted((a, b) => b.length - a.length)
  const [open, close] = [escaped(start), escaped(end)]
  return {
    opening: new RegExp(starts.map(escaped).join('|'), 'g'),
    rawStart: new RegExp(`${open}[-+]?\\s*raw\\s*(-?)${close}`, 'y'),
    rawEnd: new RegExp(`${open}([-+]?)\\s*endraw\\s*([-+]?)${close}`, 'g'),
  }
}

const usualPatterns = patternsOf(usualMarks)
// Also those that do not break, which come along where an expression was copied from a page.
const space = /\s+/y
const name = /[\p{L}_][\p{L}\p{N}_]*/uy
const float = /\d[\d_]*(?:\.\d[\d_]*(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/y
const int = /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*/y
const string = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y
const operator = /\*\*|\/\/|==|!=|<=|>=|[-+*/%~[\](){}<>=.,:|;]/y

/** The tokens of a template. Throws JinjaError. */
export function tokensOf(
  source: string,
  { trimBlocks, lstripBlocks, marks = usualMarks, newline }: Spacing,
  from = 0,
): readonly Token[] {
  const { opening, rawStart, rawEnd } = marks === usualMarks ? usualPatterns : patternsOf(marks)
  const tokens: Token[] = []
  let at = from
  // What was written after the `%}` or `}}` before says what of the text goes.
  let strip = false
  let trim = false

  const text = (from: number, to: number, sign: string, isStatement: boolean) => {
    let start = from
    let end = to
    if (strip) start += /^\s*/.exec(source.slice(from, to))?.[0].length ?? 0
    else if (trim) start += /^\r?\n/.exec(source.slice(from, to))?.[0].length ?? 0
    if (sign === '-') end = start + source.slice(start, end).trimEnd().length
    else if (isStatement && lstripBlocks && sign !== '+') {
      const before = /(^|\n)[ \t]*$/.exec(source.slice(start, end))
      // The start of the piece is no start of a line where something stood before it.
      const isLine = before?.[1] === '\n' || (before && (start === 0 || source[start - 1] === '\n'))
      if (before && isLine) end = start + before.index + (before[1]?.length ?? 0)
    }
    strip = false
    trim = false
    if (end <= start) return
    const own = source.slice(start, end)
    tokens.push({
      is: 'text',
      text: newline === undefined ? own : own.replaceAll(/\r\n|\r|\n/g, newline),
      at: start,
    })
  }

  for (;;) {
    opening.lastIndex = at
    const found = opening.exec(source)
    if (!found) {
      text(at, source.length, '', false)
      tokens.push({ is: 'end', text: '', at: source.length })
      return tokens
    }
    const start = found.index
    const kind = found[0]
    const sign = /[-+]/.exec(source[start + kind.length] ?? '')?.[0] ?? ''
    rawStart.lastIndex = start
    const raw = kind === marks.block[0] ? rawStart.exec(source) : null
    if (raw) {
      text(at, start, sign, true)
      const from = start + raw[0].length
      rawEnd.lastIndex = from
      const closed = rawEnd.exec(source)
      if (!closed)
        throw new JinjaError(`${marks.block[0]} raw ${marks.block[1]} is never closed`, {
          offset: start,
          next: `write ${marks.block[0]} endraw ${marks.block[1]} where it ends`,
        })
      strip = raw[1] === '-'
      text(from, closed.index, closed[1] ?? '', true)
      at = closed.index + closed[0].length
      strip = closed[2] === '-'
      trim = trimBlocks && closed[2] === ''
      continue
    }
    text(at, start, sign, kind !== marks.print[0])
    if (kind === marks.comment[0]) {
      const close = marks.comment[1]
      const end = source.indexOf(close, start + kind.length)
      if (end < 0)
        throw new JinjaError(`a comment ${kind} is never closed`, {
          offset: start,
          next: `write ${close} where it ends`,
        })
      const last = end > start + kind.length ? source[end - 1] : ''
      strip = last === '-'
      trim = trimBlocks && last !== '+'
      at = end + close.length
      continue
    }
    const isBlock = kind === marks.block[0]
    tokens.push({ is: isBlock ? 'block' : 'print', text: kind, at: start })
    const close = isBlock ? marks.block[1] : marks.print[1]
    at = expression(start + kind.length + sign.length, { close, isBlock }, start)
    const before = source[at - close.length - 1]
    const isSigned = tokens.at(-1)?.text !== kind && (before === '-' || (before === '+' && isBlock))
    strip = isSigned && before === '-'
    trim = isBlock && trimBlocks && !(isSigned && before === '+')
  }

  /** Reads tokens up to `end`, and tells where the text goes on. */
  function expression(
    from: number,
    { close: end, isBlock }: { readonly close: string; readonly isBlock: boolean },
    opened: number,
  ): number {
    let position = from
    const brackets: { readonly text: string; readonly at: number }[] = []
    const take = (pattern: RegExp, is: Token['is']): boolean => {
      pattern.lastIndex = position
      const found = pattern.exec(source)?.[0]
      if (found === undefined) return false
      tokens.push({ is, text: found, at: position })
      position += found.length
      return true
    }
    for (;;) {
      space.lastIndex = position
      position += space.exec(source)?.[0].length ?? 0
      if (brackets.length === 0) {
        const sign = /[-+]/.test(source[position] ?? '') && source.startsWith(end, position + 1) ? 1 : 0
        if (source.startsWith(end, position + sign) && (sign === 0 || source[position] === '-' || isBlock)) {
          tokens.push({ is: isBlock ? 'block end' : 'print end', text: end, at: position })
          return position + sign + end.length
        }
      }
      if (position >= source.length) {
        const [what] = isBlock ? marks.block : marks.print
        throw new JinjaError(`a ${what} is never closed`, { offset: opened, next: `write ${end} after it` })
      }
      // The 0 of `x.0.1` is no part of a number with a point.
      const isPart = tokens.at(-1)?.text === '.'
      if (
        take(name, 'name') ||
        (!isPart && take(float, 'float')) ||
        take(int, 'int') ||
        take(string, 'string')
      )
        continue
      const at = position
      if (take(operator, 'operator')) {
        const sign = tokens.at(-1)?.text ?? ''
        if ('([{'.includes(sign)) brackets.push({ text: sign, at })
        else if (')]}'.includes(sign)) {
          const open = brackets.pop()
          const wanted = open && ({ '(': ')', '[': ']', '{': '}' } as const)[open.text as '(' | '[' | '{']
          if (wanted !== sign)
            throw new JinjaError(
              open ? `this ${sign} does not close the ${open.text} before it` : `this ${sign} closes nothing`,
              { offset: at, next: wanted === undefined ? 'remove it' : `write ${wanted}` },
            )
        }
        continue
      }
      throw stray(source, position)
    }
  }
}

function stray(source: string, at: number): JinjaError {
  const two = source.slice(at, at + 2)
  const sign = source[at] ?? ''
  if (sign === '"' || sign === "'")
    return new JinjaError(`the quote ${sign} is never closed`, {
      offset: at,
      next: `write ${sign} where the text ends`,
    })
  const instead: Readonly<Record<string, string>> = {
    '&&': 'write and instead of &&',
    '!': 'write not instead of !',
    '?': 'write "a if condition else b" instead of "condition ? a : b"',
  }
  const next = instead[two] ?? instead[sign]
  return new JinjaError(`"${two === '&&' ? two : sign}" is not known in an expression`, { offset: at, next })
}
