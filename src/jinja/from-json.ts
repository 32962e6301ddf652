import { JinjaError } from './failure.ts'
import { floatOf, intOf } from './literals.ts'
import { type Dict, dict } from './values.ts'
import type { Work } from './work.ts'

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: these may not stand in a text of JSON
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const space = /[ \t\r\n]*/y
const words: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
}

/** What a text of JSON says; whole numbers and others are told apart, as Python does. */
export function fromJson(text: string, work: Work): unknown {
  let at = 0
  const fail = (): never => {
    const line = text.slice(0, at).split('\n').length
    throw new JinjaError(`this text is no JSON, at its line ${line}`)
  }
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at += found[0].length
    return found
  }
  const skip = (sign: string): boolean => {
    take(space)
    if (text[at] !== sign) return false
    at += 1
    return true
  }
  const value = (): unknown =>
    work.deeper(() => {
      work.spend()
      if (skip('{')) return mapping()
      if (skip('[')) return list()
      const told = take(string)
      if (told) return JSON.parse(told[0])
      const found = take(number)
      if (found)
        return found[1] === undefined && found[2] === undefined ? signed(found[0]) : floatOf(found[0])
      const word = take(/-?[A-Za-z]+/y)?.[0] ?? fail()
      if (word === '-Infinity') return Number.NEGATIVE_INFINITY
      return Object.hasOwn(words, word) ? words[word] : fail()
    })
  const list = (): unknown[] => {
    const items: unknown[] = []
    if (skip(']')) return items
    do items.push(value())
    while (skip(','))
    return skip(']') ? items : fail()
  }
  const mapping = (): Dict => {
    const made = dict()
    if (skip('}')) return made
    do {
      take(space)
      const key = take(string)?.[0] ?? fail()
      if (!skip(':')) fail()
      made.set(JSON.parse(key), value())
    } while (skip(','))
    return skip('}') ? made : fail()
  }
  const result = value()
  take(space)
  return at < text.length ? fail() : result
}

function signed(text: string): unknown {
  const size = intOf(text.replace('-', ''))
  return text.startsWith('-') ? -size : size
}
