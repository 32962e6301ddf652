import type { Origin } from '../../model/origin.ts'
import { withEscapesRead } from '../../model/python-escapes.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'

/** The text of a value, and where each of its characters stands. */
export interface PlacedText {
  readonly text: string
  readonly originOf: (index: number) => Origin
}

interface Parsed {
  readonly value: Sourced
  readonly end: number
}

const constants: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null }
/** Inside lists and mappings Ansible's users write JSON as well. */
const jsonConstants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/**
 * The value of an INI variable as Ansible reads it: a Python literal (number, True, quoted text, list, dict)
 * where it is one, and otherwise the text itself.
 */
export function pythonLiteral(placed: PlacedText): Sourced {
  const parsed = literal(placed, 0, constants) ?? undefined
  if (parsed) {
    const end = blank(placed.text, parsed.end)
    if (end === placed.text.length || placed.text[end] === '#') return parsed.value
    const tuple = placed.text[end] === ',' ? sequence(`${placed.text})`, placed, 0, ')') : undefined
    if (tuple?.end === placed.text.length + 1) return tuple.value
  }
  return { origin: placed.originOf(0), scalar: placed.text }
}

function literal(
  placed: PlacedText,
  start: number,
  names: Readonly<Record<string, boolean | null>>,
): Parsed | undefined {
  const { text, originOf } = placed
  const at = blank(text, start)
  const origin = originOf(at)
  const first = text[at]
  if (first === '[' || first === '(') return sequence(text, placed, at + 1, first === '[' ? ']' : ')', at)
  if (first === '{') return dictionary(placed, at)
  const quoted = strings(text, at)
  if (quoted) return { value: { origin, scalar: quoted.text }, end: quoted.end }
  const [number] =
    /^[-+]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])/.exec(
      text.slice(at),
    ) ?? []
  if (number !== undefined) {
    const value = numberOf(number)
    return value === undefined ? undefined : { value: { origin, scalar: value }, end: at + number.length }
  }
  const [word = ''] = /^[A-Za-z]+(?!\w)/.exec(text.slice(at)) ?? []
  return Object.hasOwn(names, word)
    ? { value: { origin, scalar: names[word] ?? null }, end: at + word.length }
    : undefined
}

/** A list or tuple whose opening bracket stands before `start`. */
function sequence(
  text: string,
  placed: PlacedText,
  start: number,
  close: string,
  opened = 0,
): Parsed | undefined {
  const items: Sourced[] = []
  const whole = { ...placed, text }
  let at = start
  for (;;) {
    at = blank(text, at)
    if (text[at] === close) break
    const item = literal(whole, at, { ...constants, ...jsonConstants })
    if (!item) return undefined
    items.push(item.value)
    at = blank(text, item.end)
    if (text[at] === ',') at++
    else if (text[at] !== close) return undefined
  }
  const grouped = close === ')' && items.length === 1 && !/,\s*$/.test(text.slice(start, at))
  const [only] = items
  if (grouped && only) return { value: only, end: at + 1 }
  return { value: { origin: placed.originOf(opened), items }, end: at + 1 }
}

function dictionary(placed: PlacedText, start: number): Parsed | undefined {
  const { text, originOf } = placed
  const names = { ...constants, ...jsonConstants }
  const entries = new Map<string, SourcedEntry>()
  let at = start + 1
  for (;;) {
    at = blank(text, at)
    if (text[at] === '}') return { value: { origin: originOf(start), entries }, end: at + 1 }
    const key = literal(placed, at, names)
    if (!key || !('scalar' in key.value)) return undefined
    at = blank(text, key.end)
    if (text[at] !== ':') return undefined
    const value = literal(placed, at + 1, names)
    if (!value) return undefined
    entries.set(String(key.value.scalar), { key: key.value.origin, value: value.value })
    at = blank(text, value.end)
    if (text[at] === ',') at++
    else if (text[at] !== '}') return undefined
  }
}

/** Quoted texts side by side are one text. */
function strings(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let result: string | undefined
  let end = start
  for (;;) {
    const [all, raw, , inner] =
      /^([rRuU]?)(?:(["'])((?:\\.|(?!\2)[^\\])*)\2)/s.exec(text.slice(blank(text, end))) ?? []
    if (all === undefined || inner === undefined)
      return result === undefined ? undefined : { text: result, end }
    result = (result ?? '') + (/r/i.test(raw ?? '') ? inner : withEscapesRead(inner))
    end = blank(text, end) + all.length
  }
}

/** Numbers too great for a JavaScript number stay text. */
function numberOf(text: string): number | string | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[-+]/, '')
  if (/^0[\d_]*[1-9][\d_]*$/.test(digits)) return undefined
  if (/__|_$/.test(digits)) return undefined
  const value = sign * Number(digits.replaceAll('_', ''))
  return !Number.isFinite(value) || (/^\d+$/.test(digits) && !Number.isSafeInteger(value)) ? text : value
}

function blank(text: string, at: number): number {
  let end = at
  while (text[end] === ' ' || text[end] === '\t') end++
  return end
}
