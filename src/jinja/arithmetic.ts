import { JinjaError, TooMuch } from './failure.ts'
import type { Operator } from './nodes.ts'
import { percent } from './percent.ts'
import {
  Duration,
  dict,
  entriesOf,
  float,
  int,
  isFloat,
  isInt,
  isMapping,
  isSequence,
  numberOf,
  present,
  Tuple,
  tupleOf,
  typeWords,
} from './values.ts'
import type { Work } from './work.ts'

/** What an operator makes of two values, as Python has it. */
export function compute(operator: Operator, a: unknown, b: unknown, work: Work): unknown {
  present(a)
  present(b)
  if (operator === '%' && typeof a === 'string') return percent(a, b, work)
  const [left, right] = [wholeOf(a), wholeOf(b)]
  if (left !== undefined && right !== undefined) return ofInts(operator, left, right)
  const [x, y] = [numberOf(a), numberOf(b)]
  if (x !== undefined && y !== undefined) return ofFloats(operator, x, y)
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string') {
      work.text(a.length + b.length)
      return a + b
    }
    if (isSequence(a) && isSequence(b) && a instanceof Tuple === b instanceof Tuple) {
      work.list(a.length + b.length)
      return a instanceof Tuple ? tupleOf([...a, ...b]) : [...a, ...b]
    }
  }
  if (operator === '*') {
    if (right !== undefined) return repeated(a, Number(right), operator, b, work)
    if (left !== undefined) return repeated(b, Number(left), operator, a, work)
  }
  if (operator === '-' && a instanceof Date && b instanceof Date)
    return new Duration((a.getTime() - b.getTime()) / 1000)
  throw unfit(operator, a, b)
}

/** A minus before a value. */
export function negated(value: unknown): unknown {
  present(value)
  const whole = wholeOf(value)
  if (whole !== undefined) return int(-BigInt(whole))
  const number = numberOf(value)
  if (number !== undefined) return float(-number)
  throw new JinjaError(`${typeWords(value)} cannot be negative`, { next: 'turn it into a number: x | int' })
}

/** The whole number of an int or a truth value. */
export function wholeOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return isInt(value) ? value : undefined
}

function ofInts(operator: Operator, a: number | bigint, b: number | bigint): unknown {
  if (operator === '/') return float(Number(a) / nonZero(Number(b)))
  if (operator === '**') return power(a, b)
  if (typeof a === 'number' && typeof b === 'number') {
    if (operator === '//') return whole(Math.floor(a / nonZero(b)), () => floorDivided(BigInt(a), BigInt(b)))
    if (operator === '%') return whole(modulo(a, nonZero(b)), () => BigInt(modulo(a, b)))
    const result = operator === '+' ? a + b : operator === '-' ? a - b : a * b
    return whole(result, () => exact(operator, BigInt(a), BigInt(b)))
  }
  nonZero(operator === '//' || operator === '%' ? Number(b) : 1)
  return int(exact(operator, BigInt(a), BigInt(b)))
}

function whole(result: number, exactly: () => bigint): number | bigint {
  return Number.isSafeInteger(result) ? result + 0 : int(exactly())
}

function exact(operator: Operator, a: bigint, b: bigint): bigint {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  const quotient = floorDivided(a, b)
  return operator === '//' ? quotient : a - quotient * b
}

function floorDivided(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

function modulo(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

function power(a: number | bigint, b: number | bigint): unknown {
  if (b < 0) return float(Number(nonZero(Number(a))) ** Number(b))
  const bits = BigInt(a).toString(2).length * Number(b)
  if (bits > 100_000)
    throw new TooMuch('this makes a number of too many digits', { next: 'compute with floats: 2.0 ** x' })
  return int(BigInt(a) ** BigInt(b))
}

function ofFloats(operator: Operator, a: number, b: number): unknown {
  if (operator === '+') return float(a + b)
  if (operator === '-') return float(a - b)
  if (operator === '*') return float(a * b)
  if (operator === '**') return float(a ** b)
  nonZero(b)
  if (operator === '/') return float(a / b)
  return float(operator === '//' ? Math.floor(a / b) : modulo(a, b))
}

function nonZero(value: number): number {
  if (value === 0) throw new JinjaError('this divides by 0')
  return value
}

function repeated(value: unknown, times: number, operator: Operator, other: unknown, work: Work): unknown {
  const count = Math.max(0, times)
  if (typeof value === 'string') {
    work.text(value.length * count)
    return value.repeat(count)
  }
  if (!isSequence(value)) throw unfit(operator, value, other)
  work.list(value.length * count)
  const items = Array.from({ length: count }, () => value).flat(1)
  return value instanceof Tuple ? tupleOf(items) : items
}

function unfit(operator: Operator, a: unknown, b: unknown): JinjaError {
  const next =
    operator === '+' && (typeof a === 'string' || typeof b === 'string')
      ? 'join them as text: a ~ b'
      : operator === '+' && isMapping(a) && isMapping(b)
        ? 'write a | combine(b)'
        : isFloat(a) || isInt(a) || isFloat(b) || isInt(b)
          ? 'turn both into numbers: x | int'
          : undefined
  return new JinjaError(`${typeWords(a)} ${operator} ${typeWords(b)} cannot be computed`, { next })
}

/** A shallow copy of a mapping, in its order. */
export function copied(value: unknown): Map<unknown, unknown> {
  return isMapping(value) ? dict(entriesOf(value)) : dict()
}
