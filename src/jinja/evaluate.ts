import type { Marked } from '../model/marked.ts'
import { compute, negated } from './arithmetic.ts'
import { contains, equal, order } from './compare.ts'
import { JinjaError } from './failure.ts'
import { globals } from './globals.ts'
import { attributeOf, itemAt, sliceOf } from './members.ts'
import type { Arguments, Comparator, Expression } from './nodes.ts'
import { cellOf, type Frame, type Runtime } from './runtime.ts'
import { str } from './text.ts'
import {
  Callable,
  dict,
  type Given,
  isMapping,
  isSequence,
  keysOf,
  omit,
  present,
  truth,
  tupleOf,
  typeWords,
  Undefined,
  valueAt,
} from './values.ts'

/** The value of an expression. Errors know where in the text they happened. */
export function evaluate(node: Expression, frame: Frame, run: Runtime): unknown {
  run.work.spend()
  try {
    return run.work.deeper(() => valueFor(node, frame, run))
  } catch (error) {
    if (error instanceof JinjaError) error.offset ??= node.at
    throw error
  }
}

function valueFor(node: Expression, frame: Frame, run: Runtime): unknown {
  const value = (of: Expression) => evaluate(of, frame, run)
  switch (node.is) {
    case 'constant':
      return node.value
    case 'name':
      return variable(node.name, frame, run, node.at)
    case 'list':
      return owned(node.items.map(value), run)
    case 'tuple':
      return tupleOf(node.items.map(value))
    case 'dict':
      return owned(dict(node.pairs.map(([key, of]) => [present(value(key)), value(of)] as const)), run)
    case 'attribute':
      return spoiledOf(
        attributeOf(value(node.of), node.name, run, { at: node.at, written: () => written(node.of) }),
        run,
      )
    case 'item':
      return spoiledOf(
        itemAt(value(node.of), value(node.index), run, { at: node.at, written: () => written(node.of) }),
        run,
      )
    case 'slice': {
      const part = (of: Expression | undefined) => (of ? value(of) : undefined)
      return sliceOf(value(node.of), part(node.start), part(node.stop), part(node.step))
    }
    case 'call':
      return calledIn(node, frame, run)
    case 'filter':
      if (!node.of) throw new JinjaError('a filter without a value', { offset: node.at })
      return run.filter(node.name, value(node.of), argumentsOf(node.given, frame, run))
    case 'test':
      return run.test(node.name, value(node.of), argumentsOf(node.given, frame, run))
    case 'unary':
      return node.operator === '-' ? negated(value(node.of)) : present(value(node.of))
    case 'not':
      return !truth(value(node.of))
    case 'binary':
      return compute(node.operator, value(node.left), value(node.right), run.work)
    case 'and': {
      const left = value(node.left)
      return truth(left) ? value(node.right) : left
    }
    case 'or': {
      const left = value(node.left)
      return truth(left) ? left : value(node.right)
    }
    case 'concat': {
      const text = node.parts.map((part) => str(value(part), run.work)).join('')
      run.work.text(text.length)
      return text
    }
    case 'compare': {
      let left = value(node.first)
      for (const { operator, right } of node.rest) {
        const next = value(right)
        if (!holds(operator, left, next, run)) return false
        left = next
      }
      return true
    }
    case 'conditional':
      if (truth(value(node.condition))) return value(node.value)
      return node.otherwise
        ? value(node.otherwise)
        : new Undefined('the condition does not hold, and nothing is said for that case', {
            next: () => 'write "else" and a value after it',
            offset: node.at,
            isLenient: true,
          })
  }
}

function calledIn(node: Extract<Expression, { is: 'call' }>, frame: Frame, run: Runtime): unknown {
  const callee = evaluate(node.of, frame, run)
  const given = run.reads.watched(() => argumentsOf(node.given, frame, run))
  run.reads.note(given.read)
  const changed = callee instanceof Callable && given.read.length > 0 ? callee.changes : undefined
  if (!changed) return called(callee, given.value, () => written(node.of))
  const result = called(callee, given.value, () => written(node.of))
  if (Array.isArray(changed) && node.of.is === 'attribute' && node.of.name === 'append')
    noteWhenRead(changed, given.read, run)
  else run.spoiled.set(changed, [...(run.spoiled.get(changed) ?? []), ...given.read])
  return result
}

/** Whoever reads the last item of this list has read these secrets; the others of the list are none. */
function noteWhenRead(list: unknown[], read: readonly Marked[], run: Runtime): void {
  const last = list.length - 1
  const item = list[last]
  const get = () => {
    run.reads.note(read)
    return item
  }
  Object.defineProperty(list, last, { get, enumerable: true, configurable: true })
}

function variable(name: string, frame: Frame, run: Runtime, at: number): unknown {
  const cell = cellOf(frame, name)
  if (cell) {
    if (cell.read.length > 0) run.reads.note(cell.read)
    return spoiledOf(cell.value, run)
  }
  if (run.variables.has(name)) {
    const value = run.variables.read(name)
    return value === undefined ? null : spoiledOf(value, run)
  }
  if (name === 'omit') return omit
  const global = globals(name, run)
  if (global !== undefined) return global
  return run.missing('', () => run.variables.names(), name, at)
}

/** A list or mapping as the template changed it, which may hold secrets that nobody sees being read. */
function spoiledOf(value: unknown, run: Runtime): unknown {
  if (typeof value !== 'object' || value === null) return value
  const current = run.copies.get(value) ?? value
  const read = run.spoiled.get(current)
  if (read) run.reads.note(read)
  return current
}

function owned<Value extends object>(value: Value, run: Runtime): Value {
  run.own.add(value)
  return value
}

function holds(operator: Comparator, a: unknown, b: unknown, { work }: Runtime): boolean {
  if (operator === '==') return equal(a, b, work)
  if (operator === '!=') return !equal(a, b, work)
  if (operator === 'in') return contains(b, a, work)
  if (operator === 'not in') return !contains(b, a, work)
  const found = order(a, b, work)
  if (operator === '<') return found < 0
  if (operator === '<=') return found <= 0
  return operator === '>' ? found > 0 : found >= 0
}

/** Calls a value, if it can be called. */
export function called(value: unknown, given: Given, written: () => string): unknown {
  if (value instanceof Callable) return value.call(given)
  present(value)
  throw new JinjaError(`${written()} is ${typeWords(value)} and cannot be called`)
}

/** Arguments with their values. */
export function argumentsOf(written: Arguments, frame: Frame, run: Runtime): Given {
  const positional = written.positional.map((one) => evaluate(one, frame, run))
  const named = new Map(written.named.map(([name, one]) => [name, evaluate(one, frame, run)] as const))
  if (written.rest) {
    const rest = present(evaluate(written.rest, frame, run))
    if (!isSequence(rest)) throw new JinjaError(`a list is needed after *, and this is ${typeWords(rest)}`)
    positional.push(...rest)
  }
  if (written.restNamed) {
    const rest = present(evaluate(written.restNamed, frame, run))
    if (!isMapping(rest)) throw new JinjaError(`a mapping is needed after **, and this is ${typeWords(rest)}`)
    for (const key of keysOf(rest)) named.set(String(key), valueAt(rest, key))
  }
  return { positional, named }
}

/** A short expression as a message repeats it. */
export function written(node: Expression): string {
  if (node.is === 'name') return node.name
  if (node.is === 'attribute') return `${written(node.of)}.${node.name}`
  if (node.is === 'item' && node.index.is === 'constant')
    return `${written(node.of)}[${typeof node.index.value === 'string' ? `'${node.index.value}'` : node.index.value}]`
  if (node.is === 'call') return `${written(node.of)}()`
  if (node.is === 'constant' && typeof node.value === 'string') return 'the text'
  return 'the value'
}
