import { JinjaError } from './failure.ts'
import { textGiven, wholeGiven } from './given.ts'
import { isSequence } from './values.ts'
import type { Work } from './work.ts'

const blank = /\s/u

/** The first letter large, the others small. */
export function capitalized(text: string): string {
  const [first = '', ...others] = [...text]
  return first.toUpperCase() + others.join('').toLowerCase()
}

/** Every word with its first letter large. */
export function titled(text: string): string {
  return text.replaceAll(/\p{L}+/gu, capitalized)
}

/** A text without these signs, or without blanks, at its ends. */
export function stripped(text: string, signs: unknown, left: boolean, right: boolean): string {
  const set = signs === undefined || signs === null ? undefined : new Set(textGiven(signs, 'strip()'))
  const all = [...text]
  const goes = (sign: string | undefined) => sign !== undefined && (set ? set.has(sign) : blank.test(sign))
  let from = 0
  let to = all.length
  while (left && from < to && goes(all[from])) from += 1
  while (right && to > from && goes(all[to - 1])) to -= 1
  return all.slice(from, to).join('')
}

/** A text at each separator, or at blanks; at most so many times. */
export function split(text: string, separator: unknown, most: number): readonly string[] {
  if (separator === undefined || separator === null) {
    const trimmed = text.replace(/^\s+/u, '')
    if (trimmed === '') return []
    if (most < 0) return trimmed.trimEnd().split(/\s+/u)
    const words: string[] = []
    let rest = trimmed
    while (rest !== '' && words.length < most) {
      const found = /^(\S+)(\s*)/u.exec(rest)
      words.push(found?.[1] ?? '')
      rest = rest.slice(found?.[0].length ?? rest.length)
    }
    return rest === '' ? words : [...words, rest.trimEnd()]
  }
  const parts = text.split(nonEmpty(separator))
  if (most < 0 || parts.length <= most + 1) return parts
  return [...parts.slice(0, most), parts.slice(most).join(String(separator))]
}

/** The same from the right. */
export function splitFromRight(text: string, separator: unknown, most: number): readonly string[] {
  if (most < 0) return split(text, separator, most)
  if (separator === undefined || separator === null) {
    const found: string[] = []
    let rest = text.trimEnd()
    while (rest !== '' && found.length < most) {
      const [, before = '', word = ''] = /^([\s\S]*?)(\S+)$/u.exec(rest) ?? []
      found.unshift(word)
      rest = before.trimEnd()
    }
    return rest.trimStart() === '' ? found : [rest.trimStart(), ...found]
  }
  const parts = text.split(nonEmpty(separator))
  if (parts.length <= most + 1) return parts
  const kept = parts.length - most
  return [parts.slice(0, kept).join(String(separator)), ...parts.slice(kept)]
}

function nonEmpty(separator: unknown): string {
  const text = textGiven(separator, 'split()')
  if (text === '') throw new JinjaError('a separator cannot be empty')
  return text
}

/** Where Python ends a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these three end lines
const lineEnd = /(\r\n|[\n\r\v\f\u{1c}-\u{1e}\u{85}\u{2028}\u{2029}])/u

/** Lines, without their ends or with them. */
export function lines(text: string, keepEnds: boolean): readonly string[] {
  const parts = text.split(lineEnd)
  const found: string[] = []
  for (let at = 0; at < parts.length; at += 2) {
    const line = parts[at] ?? ''
    if (at === parts.length - 1 && line === '') break
    found.push(keepEnds ? line + (parts[at + 1] ?? '') : line)
  }
  return found
}

/** One text, or several. */
export function oneOf(value: unknown): readonly string[] {
  if (isSequence(value)) return value.map((one) => textGiven(one, 'startswith()'))
  return [textGiven(value, 'startswith() or endswith()')]
}

/** A part of a text, by positions. */
export function part(text: string, from: unknown, to: unknown): string {
  if (from === undefined && to === undefined) return text
  const place = (value: unknown) =>
    value === undefined || value === null ? undefined : wholeGiven(value, 'a position')
  return [...text].slice(place(from), place(to)).join('')
}

/** Where a text stands in another; -1 where it does not. */
export function found(text: string, sub: unknown, from: unknown, to: unknown, last: boolean): number {
  const wanted = textGiven(sub, 'find()')
  const start = from === undefined || from === null ? 0 : wholeGiven(from, 'find()')
  const within = part(text, from, to)
  const at = last ? within.lastIndexOf(wanted) : within.indexOf(wanted)
  if (at < 0) return -1
  return [...within.slice(0, at)].length + (start < 0 ? Math.max(0, [...text].length + start) : start)
}

/** A position that must be one. */
export function mustBe(at: number): number {
  if (at < 0) throw new JinjaError('the text that is looked for is not there')
  return at
}

/** Each of the first `count` places where a text stands, replaced; all of them where it is negative. */
export function replaced(text: string, old: string, next: string, count: number, work: Work): string {
  const parts = old === '' ? ['', ...text, ''] : text.split(old)
  const times = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1)
  work.text(text.length + times * next.length)
  return (
    parts.slice(0, times + 1).join(next) +
    parts
      .slice(times + 1)
      .map((one) => old + one)
      .join('')
  )
}

/** Texts with others between them. */
export function joined(parts: readonly string[], separator: string, work: Work): string {
  work.spend(parts.length)
  work.text(parts.reduce((sum, one) => sum + one.length + separator.length, 0))
  return parts.join(separator)
}

/** The one sign to fill with. */
export function fillOf(fill: unknown): string {
  if (fill === undefined) return ' '
  const text = textGiven(fill, 'the sign to fill with')
  if ([...text].length !== 1) throw new JinjaError('one sign is needed to fill with')
  return text
}

/** A text between as many signs on both sides, as Python shares out an odd one. */
export function centred(text: string, width: number, fill: string, work: Work): string {
  work.text(width)
  const space = Math.max(0, width - [...text].length)
  const left = Math.floor(space / 2) + (space & width & 1)
  return fill.repeat(left) + text + fill.repeat(space - left)
}

/** A text with spaces instead of tabs. */
export function expanded(text: string, size: number, work: Work): string {
  work.text(text.length * Math.max(1, size))
  let column = 0
  return [...text]
    .map((sign) => {
      if (sign === '\n' || sign === '\r') column = 0
      else if (sign === '\t') {
        const spaces = size > 0 ? size - (column % size) : 0
        column += spaces
        return ' '.repeat(spaces)
      } else column += 1
      return sign
    })
    .join('')
}
