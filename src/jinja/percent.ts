import { JinjaError } from './failure.ts'
import { floatText, repr, str } from './text.ts'
import { hasKey, int, isMapping, isSequence, numberOf, Tuple, typeWords, valueAt } from './values.ts'
import type { Work } from './work.ts'

const conversion = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])/g

/** `'…%s…' % values`, as Python's printf writes it. */
export function percent(format: string, given: unknown, work: Work): string {
  const values = given instanceof Tuple ? [...given] : [given]
  let taken = 0
  const next = () => {
    if (taken >= values.length) throw new JinjaError('there are fewer values than % signs in this format')
    return values[taken++]
  }
  const text = format.replaceAll(
    conversion,
    (_, key?: string, flags = '', width?: string, precision?: string, kind = '') => {
      if (kind === '%') return '%'
      const wide = width === '*' ? Number(next()) : Number(width ?? 0)
      const exact =
        precision === '*' ? Number(next()) : precision === undefined ? undefined : Number(precision)
      work.text(Math.max(wide, exact ?? 0))
      const value = key === undefined ? next() : named(given, key)
      return padded(converted(value, kind, { flags, precision: exact }, work), { flags, width: wide, kind })
    },
  )
  if (taken < values.length && given instanceof Tuple)
    throw new JinjaError('there are more values than % signs in this format')
  if (taken === 0 && !isMapping(given) && !isSequence(given) && !/%\(/.test(format))
    throw new JinjaError('there is no % sign for a value in this format')
  work.text(text.length)
  return text
}

function named(given: unknown, key: string): unknown {
  if (isMapping(given) && hasKey(given, key)) return valueAt(given, key)
  throw new JinjaError(`this format asks for "${key}", and it is not given`)
}

interface Detail {
  readonly flags: string
  readonly precision: number | undefined
}

function converted(value: unknown, kind: string, { flags, precision }: Detail, work: Work): string {
  if (kind === 's' || kind === 'r' || kind === 'a') {
    const text = kind === 's' ? str(value, work) : repr(value, work)
    return precision === undefined ? text : [...text].slice(0, precision).join('')
  }
  if (kind === 'c') return typeof value === 'string' ? value : String.fromCodePoint(numberOf(value) ?? 0)
  const number = numberOf(value)
  if (number === undefined)
    throw new JinjaError(`%${kind} needs a number, and this is ${typeWords(value)}`, {
      next: 'write x | int, or %s',
    })
  const sign = number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  return sign + magnitude(value, Math.abs(number), kind, { flags, precision })
}

function magnitude(value: unknown, number: number, kind: string, { flags, precision }: Detail): string {
  if ('diuoxX'.includes(kind)) {
    const whole = typeof value === 'bigint' ? (value < 0n ? -value : value) : BigInt(Math.trunc(number))
    const digits = whole
      .toString(kind === 'o' ? 8 : kind === 'x' || kind === 'X' ? 16 : 10)
      .padStart(precision ?? 0, '0')
    const prefix = flags.includes('#') ? ({ o: '0o', x: '0x', X: '0X' }[kind] ?? '') : ''
    return prefix + (kind === 'X' ? digits.toUpperCase() : digits)
  }
  const text = fixed(number, kind.toLowerCase(), precision ?? 6, flags.includes('#'))
  return kind === kind.toUpperCase() ? text.toUpperCase() : text
}

/** A float in one of C's forms: `e`, `f` or `g`. */
export function fixed(number: number, kind: string, precision: number, keepZeros = false): string {
  if (!Number.isFinite(number)) return floatText(number)
  const digits = Math.min(precision, 100)
  if (kind === 'f')
    return number >= 1e21
      ? `${int(BigInt(number))}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`
      : rounded(number, digits)
  if (kind === 'e') return number.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
  const significant = Math.max(1, digits)
  const exponent = Number(/e([+-]\d+)$/.exec(number.toExponential(significant - 1))?.[1])
  if (exponent < -4 || exponent >= significant) {
    const text = number.toExponential(significant - 1).replace(/e([+-])(\d)$/, 'e$10$2')
    return keepZeros ? text : text.replace(/\.?0+e/, 'e')
  }
  const text = rounded(number, Math.max(0, significant - 1 - exponent))
  return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '')
}

/** As many digits after the point; halves go to the even neighbour, as the exact value of the float has it. */
export function rounded(number: number, digits: number): string {
  const text = number.toFixed(digits)
  // toFixed takes an exact half away from 0, C takes it to the even digit.
  const exact = Number.isInteger(number * 2 ** 20) ? exactHalf(number, digits) : undefined
  return exact ?? text
}

function exactHalf(number: number, digits: number): string | undefined {
  const scaled = number * 10 ** digits
  if (digits > 15 || Math.abs(scaled) > 2 ** 50 || scaled / 10 ** digits !== number) return undefined
  const below = Math.floor(scaled)
  if (scaled - below !== 0.5) return undefined
  return ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits)
}

function padded(
  text: string,
  { flags, width, kind }: { readonly flags: string; readonly width: number; readonly kind: string },
): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || 'sra'.includes(kind)) return text.padStart(width)
  const [, sign = '', digits = ''] = /^([-+ ]?(?:0[xXo])?)(.*)$/s.exec(text) ?? []
  return sign + digits.padStart(width - sign.length, '0')
}
