import { suggestion } from '../model/suggest.ts'
import { JinjaError } from './failure.ts'
import { type Spacing, type Token, tokensOf } from './lexer.ts'
import type { Expression, Parameter, Statement, Target } from './nodes.ts'
import { parseExpression, parseFilter, parseTuple } from './parse-expression.ts'
import { tooMuch } from './parse-parts.ts'
import { type Stream, streamOf } from './tokens.ts'

/** How a text is read. */
export interface Reading extends Spacing {
  /** A backslash between `{{` and `}}` stands for itself, as in Ansible's playbooks. */
  readonly rawStrings: boolean
  /** Where it begins: what stands before is no part of it. */
  readonly from?: number
}

/** The statements of a template. Throws JinjaError. */
export function parseTemplate(source: string, reading: Reading): readonly Statement[] {
  // As in Jinja, one line break at the end goes; who renders a file puts it back.
  const stream = streamOf(tokensOf(source.replace(/\r?\n$/, ''), reading, reading.from), reading.rawStrings)
  const body = parseBody(stream, source, [])
  if (stream.current.is !== 'end') throw stream.fail('this was not expected here')
  return body
}

/** A text that is one expression, as in `when`. Throws JinjaError. */
export function parseBare(source: string): Expression {
  const before = '{% '
  const tokens = shifted(
    tokensOf(`${before}${source}\n%}`, { trimBlocks: false, lstripBlocks: false }),
    before.length,
  )
  const stream = streamOf(tokens, false)
  if (stream.is('', 'block end'))
    throw new JinjaError('the expression is empty', { offset: 0, next: 'write a variable or a comparison' })
  const expression = parseTuple(stream)
  if (stream.current.is !== 'block end') throw tooMuch(stream)
  stream.next()
  if (!stream.is('', 'end')) throw stream.fail('this is no expression')
  return expression
}

function shifted(tokens: readonly Token[], by: number): readonly Token[] {
  return tokens.slice(1).map(({ is, text, at }) => ({ is, text, at: Math.max(0, at - by) }))
}

type Parser = (stream: Stream, source: string, at: number) => Statement

/** Statements up to one of these words, which stays; or up to the end. */
function parseBody(stream: Stream, source: string, ends: readonly string[]): readonly Statement[] {
  const body: Statement[] = []
  for (;;) {
    const { current } = stream
    if (current.is === 'end') return body
    if (current.is === 'text') body.push({ is: 'text', at: current.at, text: stream.next().text })
    else if (current.is === 'print') {
      stream.next()
      const from = stream.current.at
      const value = parseTuple(stream)
      if (stream.current.is !== 'print end') throw tooMuch(stream)
      const written = source.slice(from, stream.next().at)
      body.push({ is: 'print', at: value.at, value, written })
    } else {
      const word = stream.look()
      if (ends.includes(word.text) && word.is === 'name') return body
      stream.next()
      body.push(...statement(stream, source, ends))
    }
  }
}

function statement(stream: Stream, source: string, ends: readonly string[]): readonly Statement[] {
  const word = stream.name('a statement')
  const parser = Object.hasOwn(parsers, word.text) ? parsers[word.text] : undefined
  if (!parser) {
    const closes = /^end(.+)$/.exec(word.text)?.[1]
    const next =
      ends.length > 0 && closes !== undefined
        ? `here {% ${ends.at(-1)} %} is expected`
        : closes !== undefined || word.text === 'else' || word.text === 'elif'
          ? 'it closes nothing: remove it'
          : suggestion(word.text, Object.keys(parsers))
    throw stream.fail(`{% ${word.text} %} is not expected here`, word, next)
  }
  const parsed = parser(stream, source, word.at)
  endOfBlock(stream)
  return [parsed]
}

function endOfBlock(stream: Stream): void {
  if (stream.current.is !== 'block end') throw tooMuch(stream)
  stream.next()
}

/** What stands between a statement's first word and its last. */
function bodyUpTo(
  stream: Stream,
  source: string,
  at: number,
  name: string,
  ...ends: readonly string[]
): readonly Statement[] {
  stream.skip(':')
  endOfBlock(stream)
  const body = parseBody(stream, source, ends)
  if (stream.current.is === 'end')
    throw new JinjaError(`{% ${name} %} is never closed`, {
      offset: at,
      next: `write {% ${ends.at(-1)} %} where it ends`,
    })
  // The sign of the block; its word is left to whoever asked.
  stream.next()
  return body
}

function closed(stream: Stream, source: string, at: number, name: string): readonly Statement[] {
  const body = bodyUpTo(stream, source, at, name, `end${name}`)
  stream.next()
  return body
}

const parsers: Readonly<Record<string, Parser>> = {
  for: (stream, source, at) => {
    const target = parseTarget(stream)
    stream.expect('in')
    const over = parseTuple(stream, false, ['recursive', 'if'])
    const filter = stream.skip('if') ? parseExpression(stream) : undefined
    const recursive = stream.skip('recursive')
    const body = bodyUpTo(stream, source, at, 'for', 'else', 'endfor')
    const otherwise = stream.next().text === 'else' ? closed(stream, source, at, 'for') : []
    return { is: 'for', at, target, over, filter, recursive, body, otherwise }
  },
  if: (stream, source, at) => {
    const branches: { condition: Expression; body: readonly Statement[] }[] = []
    for (;;) {
      const condition = parseTuple(stream)
      branches.push({ condition, body: bodyUpTo(stream, source, at, 'if', 'elif', 'else', 'endif') })
      const word = stream.next().text
      if (word === 'elif') continue
      return { is: 'if', at, branches, otherwise: word === 'else' ? closed(stream, source, at, 'if') : [] }
    }
  },
  set: (stream, source, at) => {
    const target = parseTarget(stream)
    if (stream.skip('=')) return { is: 'set', at, target, value: parseTuple(stream) }
    const filter = stream.skip('|') ? filterChain(stream) : undefined
    return { is: 'set block', at, target, filter, body: closed(stream, source, at, 'set') }
  },
  with: (stream, source, at) => {
    const values: (readonly [Target, Expression])[] = []
    while (stream.current.is !== 'block end') {
      if (values.length > 0) stream.expect(',')
      const target = parseTarget(stream, false)
      stream.expect('=')
      values.push([target, parseExpression(stream)])
    }
    return { is: 'with', at, values, body: closed(stream, source, at, 'with') }
  },
  macro: (stream, source, at) => {
    const { text } = stream.name('the name of a macro')
    const parameters = parseParameters(stream)
    return { is: 'macro', at, name: text, parameters, body: closed(stream, source, at, 'macro') }
  },
  call: (stream, source, at) => {
    const parameters = stream.is('(') ? parseParameters(stream) : []
    const call = parseExpression(stream)
    if (call.is !== 'call')
      throw stream.fail('a call of a macro is needed here', { is: 'name', text: '', at: call.at })
    return { is: 'call block', at, call, parameters, body: closed(stream, source, at, 'call') }
  },
  filter: (stream, source, at) => ({
    is: 'filter block',
    at,
    filter: filterChain(stream),
    body: closed(stream, source, at, 'filter'),
  }),
  block: (stream, source, at) => {
    const { text } = stream.name('the name of a block')
    stream.skip('scoped')
    const required = stream.skip('required')
    const body = closed(stream, source, at, 'block')
    stream.skip(text)
    return { is: 'block', at, name: text, body, required }
  },
  extends: (stream, _, at) => ({ is: 'extends', at, template: parseExpression(stream) }),
  include: (stream, _, at) => {
    const template = parseExpression(stream)
    const ignoreMissing = stream.is('ignore') && stream.look().text === 'missing'
    if (ignoreMissing) {
      stream.next()
      stream.next()
    }
    return { is: 'include', at, template, ignoreMissing, withContext: parseContext(stream, true) }
  },
  import: (stream, _, at) => {
    const template = parseExpression(stream)
    stream.expect('as')
    const { text } = stream.name('a name')
    return { is: 'import', at, template, name: text, withContext: parseContext(stream, false) }
  },
  from: (stream, _, at) => {
    const template = parseExpression(stream)
    stream.expect('import')
    const names: (readonly [string, string])[] = []
    do {
      if (names.length > 0 && (stream.current.is === 'block end' || isContext(stream))) break
      const { text } = stream.name('a name')
      names.push([text, stream.skip('as') ? stream.name('a name').text : text])
    } while (stream.skip(','))
    return { is: 'from', at, template, names, withContext: parseContext(stream, false) }
  },
  do: (stream, _, at) => ({ is: 'do', at, value: parseTuple(stream) }),
  break: (_, __, at) => ({ is: 'break', at }),
  continue: (_, __, at) => ({ is: 'continue', at }),
}

function filterChain(stream: Stream): Expression {
  let node = parseFilter(stream, undefined)
  while (stream.skip('|')) node = parseFilter(stream, node)
  return node
}

function isContext(stream: Stream): boolean {
  return (stream.is('with') || stream.is('without')) && stream.look().text === 'context'
}

function parseContext(stream: Stream, unless: boolean): boolean {
  if (!isContext(stream)) return unless
  const isWith = stream.next().text === 'with'
  stream.next()
  return isWith
}

function parseTarget(stream: Stream, several = true): Target {
  const { at } = stream.current
  const first = parseOneTarget(stream)
  if (!several || !stream.is(',')) return first
  const targets = [first]
  while (stream.skip(',')) {
    if (stream.is('in') || stream.is('=')) break
    targets.push(parseOneTarget(stream))
  }
  return { is: 'names', targets, at }
}

function parseOneTarget(stream: Stream): Target {
  if (stream.skip('(')) {
    const inner = parseTarget(stream)
    stream.expect(')')
    return inner.is === 'names' ? inner : { is: 'names', targets: [inner], at: inner.at }
  }
  const { text, at } = stream.name('a name')
  if (/^(?:true|false|none)$/i.test(text))
    throw stream.fail(`${text} cannot be set`, { is: 'name', text, at })
  return stream.skip('.')
    ? { is: 'field', name: text, field: stream.name('a name').text, at }
    : { is: 'name', name: text, at }
}

function parseParameters(stream: Stream): readonly Parameter[] {
  stream.expect('(')
  const parameters: Parameter[] = []
  while (!stream.is(')')) {
    if (parameters.length > 0) stream.expect(',')
    if (stream.is(')')) break
    const { text } = stream.name('the name of a parameter')
    const fallback = stream.skip('=') ? parseExpression(stream) : undefined
    if (!fallback && parameters.at(-1)?.fallback)
      throw stream.fail('a parameter without a default comes after one that has one')
    parameters.push({ name: text, fallback })
  }
  stream.next()
  return parameters
}
