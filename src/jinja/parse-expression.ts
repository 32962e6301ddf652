import { floatOf, intOf } from './literals.ts'
import type { Arguments, Comparator, Comparison, Expression, Operator } from './nodes.ts'
import { parseItems, unexpected } from './parse-parts.ts'
import type { Stream } from './tokens.ts'

/** An expression; `conditional`: `a if b else c` counts as one. */
export function parseExpression(stream: Stream, conditional = true): Expression {
  return stream.deeper(() => (conditional ? parseConditional(stream) : parseOr(stream)))
}

/** One expression, or several with commas between, which make a tuple. */
export function parseTuple(stream: Stream, conditional = true, endsAt: readonly string[] = []): Expression {
  const { at } = stream.current
  const first = parseExpression(stream, conditional)
  if (!stream.is(',')) return first
  const items = [first]
  while (stream.skip(',')) {
    if (isEnd(stream) || endsAt.some((word) => stream.is(word))) break
    items.push(parseExpression(stream, conditional))
  }
  return { is: 'tuple', at, items }
}

function isEnd(stream: Stream): boolean {
  const { is } = stream.current
  return is === 'print end' || is === 'block end' || is === 'end' || stream.is(')')
}

function parseConditional(stream: Stream): Expression {
  let node = parseOr(stream)
  while (stream.is('if')) {
    const { at } = stream.next()
    const condition = parseOr(stream)
    const otherwise = stream.skip('else') ? parseExpression(stream) : undefined
    node = { is: 'conditional', at, condition, value: node, otherwise }
  }
  return node
}

function parseOr(stream: Stream): Expression {
  let left = parseAnd(stream)
  while (stream.is('or')) {
    const { at } = stream.next()
    left = { is: 'or', at, left, right: parseAnd(stream) }
  }
  return left
}

function parseAnd(stream: Stream): Expression {
  let left = parseNot(stream)
  while (stream.is('and')) {
    const { at } = stream.next()
    left = { is: 'and', at, left, right: parseNot(stream) }
  }
  return left
}

function parseNot(stream: Stream): Expression {
  if (!stream.is('not') || (stream.look().is === 'name' && stream.look().text === 'in'))
    return parseCompare(stream)
  const { at } = stream.next()
  return { is: 'not', at, of: stream.deeper(() => parseNot(stream)) }
}

const comparators = new Set<string>(['==', '!=', '<', '<=', '>', '>='])

function parseCompare(stream: Stream): Expression {
  const first = parseSum(stream)
  const rest: Comparison[] = []
  const { at } = stream.current
  for (;;) {
    const { current } = stream
    if (current.is === 'operator' && comparators.has(current.text)) {
      stream.next()
      rest.push({ operator: current.text as Comparator, right: parseSum(stream) })
    } else if (stream.skip('in')) rest.push({ operator: 'in', right: parseSum(stream) })
    else if (stream.is('not') && stream.look().text === 'in') {
      stream.next()
      stream.next()
      rest.push({ operator: 'not in', right: parseSum(stream) })
    } else break
  }
  return rest.length === 0 ? first : { is: 'compare', at, first, rest }
}

function parseSum(stream: Stream): Expression {
  let left = parseConcat(stream)
  while (stream.is('+') || stream.is('-')) {
    const { text, at } = stream.next()
    left = { is: 'binary', at, operator: text as Operator, left, right: parseConcat(stream) }
  }
  return left
}

function parseConcat(stream: Stream): Expression {
  const { at } = stream.current
  const parts = [parseProduct(stream)]
  while (stream.skip('~')) parts.push(parseProduct(stream))
  const [only] = parts
  return parts.length === 1 && only ? only : { is: 'concat', at, parts }
}

const products = ['*', '/', '//', '%']

function parseProduct(stream: Stream): Expression {
  let left = parsePower(stream)
  while (products.some((sign) => stream.is(sign))) {
    const { text, at } = stream.next()
    left = { is: 'binary', at, operator: text as Operator, left, right: parsePower(stream) }
  }
  return left
}

function parsePower(stream: Stream): Expression {
  let left = parseUnary(stream, true)
  while (stream.is('**')) {
    const { at } = stream.next()
    left = { is: 'binary', at, operator: '**', left, right: parseUnary(stream, true) }
  }
  return left
}

function parseUnary(stream: Stream, filters: boolean): Expression {
  let node: Expression
  if (stream.is('-') || stream.is('+')) {
    const { text, at } = stream.next()
    node = {
      is: 'unary',
      at,
      operator: text as '-' | '+',
      of: stream.deeper(() => parseUnary(stream, false)),
    }
  } else node = parsePrimary(stream)
  node = parsePostfix(stream, node)
  return filters ? parseFilters(stream, node) : node
}

function parsePrimary(stream: Stream): Expression {
  const { current } = stream
  const { at, text } = current
  if (current.is === 'name') {
    stream.next()
    if (/^(?:true|false)$/i.test(text) && text !== text.toUpperCase())
      return constant(at, text.toLowerCase() === 'true')
    return text === 'none' || text === 'None' ? constant(at, null) : { is: 'name', at, name: text }
  }
  if (current.is === 'string') {
    let value = ''
    while (stream.current.is === 'string') value += stream.string(stream.next())
    return constant(at, value)
  }
  if (current.is === 'int' || current.is === 'float') {
    stream.next()
    return constant(at, current.is === 'int' ? intOf(text) : floatOf(text))
  }
  if (stream.is('(')) return parseParentheses(stream)
  if (stream.is('['))
    return { is: 'list', at, items: parseItems(stream, '[', ']', () => parseExpression(stream)) }
  if (stream.is('{'))
    return {
      is: 'dict',
      at,
      pairs: parseItems(stream, '{', '}', () => {
        const key = parseExpression(stream)
        stream.expect(':')
        return [key, parseExpression(stream)] as const
      }),
    }
  throw unexpected(stream)
}

function constant(at: number, value: unknown): Expression {
  return { is: 'constant', at, value }
}

function parseParentheses(stream: Stream): Expression {
  const { at } = stream.next()
  if (stream.skip(')')) return { is: 'tuple', at, items: [] }
  const inner = parseTuple(stream)
  stream.expect(')')
  return inner
}

function parsePostfix(stream: Stream, of: Expression): Expression {
  let node = of
  for (;;) {
    const { at } = stream.current
    if (stream.skip('.')) {
      const { current } = stream
      if (current.is === 'int')
        node = { is: 'item', at, of: node, index: constant(current.at, intOf(stream.next().text)) }
      else node = { is: 'attribute', at: current.at, of: node, name: stream.name('a name').text }
    } else if (stream.is('[')) node = parseSubscript(stream, node)
    else if (stream.is('(')) node = { is: 'call', at, of: node, given: parseArguments(stream) }
    else return node
  }
}

function parseSubscript(stream: Stream, of: Expression): Expression {
  const { at } = stream.expect('[')
  const start = stream.is(':') ? undefined : parseTuple(stream)
  if (!stream.is(':')) {
    stream.expect(']')
    return start ? { is: 'item', at, of, index: start } : of
  }
  stream.next()
  const part = () => (stream.is(':') || stream.is(']') ? undefined : parseExpression(stream))
  const stop = part()
  const step = stream.skip(':') ? part() : undefined
  stream.expect(']')
  return { is: 'slice', at, of, start, stop, step }
}

const nothing: Arguments = { positional: [], named: [] }

/** `(…)` of a call, a filter or a test. */
export function parseArguments(stream: Stream): Arguments {
  stream.expect('(')
  const positional: Expression[] = []
  const named: (readonly [string, Expression])[] = []
  let rest: Expression | undefined
  let restNamed: Expression | undefined
  let isFirst = true
  while (!stream.is(')')) {
    if (!isFirst) stream.expect(',')
    isFirst = false
    if (stream.is(')')) break
    if (stream.skip('*')) rest = parseExpression(stream)
    else if (stream.skip('**')) restNamed = parseExpression(stream)
    else if (stream.current.is === 'name' && stream.look().text === '=') {
      const { text } = stream.next()
      stream.next()
      named.push([text, parseExpression(stream)])
    } else if (named.length > 0) throw stream.fail('an argument without a name comes after one with a name')
    else positional.push(parseExpression(stream))
  }
  stream.next()
  return { positional, named, rest, restNamed }
}

function parseFilters(stream: Stream, of: Expression): Expression {
  let node = of
  for (;;) {
    const { at } = stream.current
    if (stream.skip('|')) node = parseFilter(stream, node)
    else if (stream.is('is')) node = parseTest(stream, node)
    else if (stream.is('(')) node = { is: 'call', at, of: node, given: parseArguments(stream) }
    else return node
  }
}

/** A filter after its `|`, or at the beginning of a filter block. */
export function parseFilter(stream: Stream, of: Expression | undefined): Expression {
  if (stream.is('|'))
    throw stream.fail('"||" is not known in an expression', undefined, 'write or instead of ||')
  const { at } = stream.current
  const name = dotted(stream, 'the name of a filter')
  return { is: 'filter', at, of, name, given: stream.is('(') ? parseArguments(stream) : nothing }
}

function parseTest(stream: Stream, of: Expression): Expression {
  stream.expect('is')
  const isNot = stream.skip('not')
  const { at } = stream.current
  const name = dotted(stream, 'the name of a test')
  const test: Expression = { is: 'test', at, of, name, given: testArguments(stream) }
  return isNot ? { is: 'not', at, of: test } : test
}

function dotted(stream: Stream, what: string): string {
  let { text } = stream.name(what)
  while (stream.skip('.')) text += `.${stream.name('a name').text}`
  return text
}

function testArguments(stream: Stream): Arguments {
  if (stream.is('(')) return parseArguments(stream)
  const { is, text } = stream.current
  if (stream.is('is'))
    throw stream.fail('one test cannot follow another', undefined, 'write "and" between them')
  const isOne =
    is === 'string' ||
    is === 'int' ||
    is === 'float' ||
    stream.is('[') ||
    stream.is('{') ||
    (is === 'name' && !['else', 'or', 'and', 'if', 'recursive', 'in', 'not'].includes(text))
  return isOne ? { positional: [parsePostfix(stream, parsePrimary(stream))], named: [] } : nothing
}
