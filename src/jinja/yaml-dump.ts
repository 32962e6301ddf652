import { order } from './compare.ts'
import { JinjaError } from './failure.ts'
import { floatText } from './text.ts'
import {
  entriesOf,
  isFloat,
  isInt,
  isMapping,
  isSequence,
  numberOf,
  omit,
  present,
  typeWords,
} from './values.ts'
import type { Work } from './work.ts'
import { allowedOf, escapedSign, styleOf } from './yaml-scalar.ts'

/** How a value is written as YAML. */
export interface YamlStyle {
  readonly indent: number
  readonly width: number
  readonly sortKeys: boolean
  /** Collections in brackets: all, none, or those that hold no others. */
  readonly flow: boolean | undefined
  readonly explicitStart: boolean
  readonly explicitEnd: boolean
}

type Node =
  | { readonly is: 'scalar'; readonly text: string; readonly isText: boolean }
  | { readonly is: 'list'; readonly items: readonly Node[]; readonly flow: boolean }
  | { readonly is: 'mapping'; readonly pairs: readonly (readonly [Node, Node])[]; readonly flow: boolean }

/** A value as YAML, as PyYAML writes it. */
export function yamlOf(value: unknown, style: YamlStyle, work: Work): string {
  const writer = new Writer(style, work)
  const node = nodeOf(value, style, work)
  if (style.explicitStart) writer.indicator('---', true)
  writer.node(node, { inMapping: false, isKey: false })
  return `${writer.text}\n${style.explicitEnd ? '...\n' : ''}`
}

function nodeOf(value: unknown, style: YamlStyle, work: Work): Node {
  work.spend()
  present(value)
  const plain = (text: string): Node => ({ is: 'scalar', text, isText: false })
  if (value === null || value === undefined) return plain('null')
  if (typeof value === 'string') return { is: 'scalar', text: value, isText: true }
  if (typeof value === 'boolean') return plain(String(value))
  if (isInt(value)) return plain(BigInt(value).toString())
  if (isFloat(value)) return plain(floatIn(numberOf(value) ?? 0))
  if (value instanceof Date)
    return plain(
      value
        .toISOString()
        .replace('T', ' ')
        .replace(/(?:\.000)?Z$/, ''),
    )
  return work.deeper((): Node => {
    const isLeaf = (node: Node) => node.is === 'scalar'
    if (isSequence(value)) {
      const items = Array.from(value, (one) => nodeOf(one, style, work))
      return { is: 'list', items, flow: style.flow ?? items.every(isLeaf) }
    }
    if (!isMapping(value) || value === omit)
      throw new JinjaError(`${typeWords(value)} cannot be written as YAML`)
    const entries = style.sortKeys ? sorted(entriesOf(value), work) : entriesOf(value)
    const pairs = entries.map(([key, one]) => [nodeOf(key, style, work), nodeOf(one, style, work)] as const)
    return {
      is: 'mapping',
      pairs,
      flow: style.flow ?? pairs.every(([key, one]) => isLeaf(key) && isLeaf(one)),
    }
  })
}

function sorted(entries: readonly (readonly [unknown, unknown])[], work: Work) {
  try {
    return entries.toSorted(([a], [b]) => order(a, b, work))
  } catch (error) {
    // Keys of several types stay as they are.
    if (error instanceof JinjaError) return entries
    throw error
  }
}

function floatIn(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return floatText(value).replace(/^(-?\d+)e/, '$1.0e')
}

interface Place {
  readonly inMapping: boolean
  readonly isKey: boolean
}

/** Writes nodes, and knows in which column it is. */
class Writer {
  text = ''
  #column = 0
  #indent: number | undefined
  #flow = 0
  /** Nothing but indentation and indicators stands on this line so far. */
  #indention = true
  #whitespace = true
  readonly #style: YamlStyle
  readonly #work: Work

  constructor(style: YamlStyle, work: Work) {
    this.#style = style
    this.#work = work
  }

  #put(text: string): void {
    this.text += text
    this.#column += text.length
    this.#work.text(this.text.length)
  }

  indicator(sign: string, space: boolean, after: { whitespace?: boolean; indention?: boolean } = {}): void {
    this.#put(this.#whitespace || !space ? sign : ` ${sign}`)
    this.#whitespace = after.whitespace ?? false
    this.#indention &&= after.indention ?? false
  }

  #break(): void {
    this.text += '\n'
    this.#column = 0
    this.#whitespace = true
    this.#indention = true
  }

  #toIndent(): void {
    const indent = this.#indent ?? 0
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace))
      this.#break()
    if (this.#column < indent) {
      this.#whitespace = true
      this.#put(' '.repeat(indent - this.#column))
    }
  }

  /** Does something one step further to the right. */
  #further(flow: boolean, stays: boolean, write: () => void): void {
    const before = this.#indent
    if (before === undefined) this.#indent = flow ? this.#style.indent : 0
    else if (!stays) this.#indent = before + this.#style.indent
    write()
    this.#indent = before
  }

  node(node: Node, place: Place): void {
    this.#work.deeper(() => {
      if (node.is === 'scalar') return this.#scalar(node, place)
      const isEmpty = node.is === 'list' ? node.items.length === 0 : node.pairs.length === 0
      if (this.#flow > 0 || node.flow || isEmpty) return this.#inBrackets(node)
      if (node.is === 'list') return this.#blockList(node.items, place)
      return this.#blockMapping(node.pairs)
    })
  }

  #inBrackets(node: Exclude<Node, { is: 'scalar' }>): void {
    const [open, close] = node.is === 'list' ? ['[', ']'] : ['{', '}']
    this.indicator(open, true, { whitespace: true })
    this.#flow += 1
    this.#further(true, false, () => {
      const parts = node.is === 'list' ? node.items.map((one) => [one] as const) : node.pairs
      for (const [index, [first, second]] of parts.entries()) {
        if (index > 0) this.indicator(',', false)
        if (this.#column > this.#style.width) this.#toIndent()
        this.node(first, { inMapping: false, isKey: second !== undefined })
        if (second === undefined) continue
        this.indicator(':', false)
        this.node(second, { inMapping: true, isKey: false })
      }
    })
    this.#flow -= 1
    this.indicator(close, false)
  }

  #blockList(items: readonly Node[], { inMapping }: Place): void {
    this.#further(false, inMapping && !this.#indention, () => {
      for (const item of items) {
        this.#toIndent()
        this.indicator('-', true, { indention: true })
        this.node(item, { inMapping: false, isKey: false })
      }
    })
  }

  #blockMapping(pairs: readonly (readonly [Node, Node])[]): void {
    this.#further(false, false, () => {
      for (const [key, value] of pairs) {
        this.#toIndent()
        this.node(key, { inMapping: false, isKey: true })
        this.indicator(':', false)
        this.node(value, { inMapping: true, isKey: false })
      }
    })
  }

  #scalar({ text, isText }: Extract<Node, { is: 'scalar' }>, { isKey }: Place): void {
    const allowed = allowedOf(text)
    this.#further(true, false, () => {
      const style = isText ? styleOf(text, allowed, this.#flow > 0, isKey) : 'plain'
      if (style === 'plain') this.#plain(text, !isKey)
      else if (style === 'single') this.#single(text, !isKey)
      else this.#double(text, !isKey)
    })
  }

  #plain(text: string, split: boolean): void {
    if (text === '') return
    if (!this.#whitespace) this.#put(' ')
    this.#whitespace = false
    this.#indention = false
    for (const part of text.split(/( +)/)) {
      if (part === ' ' && split && this.#column > this.#style.width) {
        this.#toIndent()
        this.#whitespace = false
        this.#indention = false
      } else this.#put(part)
    }
  }

  #single(text: string, split: boolean): void {
    this.indicator("'", true)
    const parts = text.split(/( +|\n+)/)
    for (const [index, part] of parts.entries()) {
      const isInside = index > 0 && index < parts.length - 1 && !(index === 1 && parts[0] === '')
      if (part === ' ' && split && isInside && this.#column > this.#style.width && parts[index + 1] !== '')
        this.#toIndent()
      else if (part.startsWith('\n')) {
        this.#break()
        for (const _ of part) this.#break()
        this.#toIndent()
      } else this.#put(part.replaceAll("'", "''"))
    }
    this.indicator("'", false)
  }

  #double(text: string, split: boolean): void {
    this.indicator('"', true)
    const signs = [...text]
    let line = ''
    for (const [index, sign] of signs.entries()) {
      const escaped = escapedSign(sign)
      const isEscape = escaped !== sign
      if (isEscape) {
        this.#put(line + escaped)
        line = ''
      }
      const canBreak = index > 0 && index < signs.length - 1 && (sign === ' ' || isEscape)
      if (split && canBreak && this.#column + line.length > this.#style.width) {
        this.#put(`${line}\\`)
        line = ''
        this.#toIndent()
        this.#whitespace = false
        this.#indention = false
        if (!isEscape && sign === ' ') this.#put('\\')
      }
      if (!isEscape) line += sign
    }
    this.#put(line)
    this.indicator('"', false)
  }
}
