import { compute, negated } from '../arithmetic.ts'
import { JinjaError } from '../failure.ts'
import { numberGiven, wholeGiven } from '../given.ts'
import { fixed, rounded } from '../percent.ts'
import { float, int, isFloat, isInt, numberOf, present, truth, Undefined } from '../values.ts'
import type { Filters } from './filter.ts'

/** Filters of numbers and truth values. */
export const numbers: Filters = {
  int: {
    parameters: 'default base',
    call: (value, [otherwise = 0, base]) => toInt(value, otherwise, wholeGiven(base, 'int', 10)),
  },
  float: {
    parameters: 'default',
    call: (value, [otherwise = float(0)]) => {
      present(value)
      const number = typeof value === 'string' ? floatIn(value) : numberOf(value)
      return number === undefined ? otherwise : float(number)
    },
  },
  bool: { parameters: '', call: (value) => toBool(value) },
  abs: {
    parameters: '',
    call: (value) =>
      numberGiven(value, 'abs') < 0 ? negated(value) : typeof value === 'boolean' ? Number(value) : value,
  },
  round: {
    parameters: 'precision method',
    call: (value, [precision, method = 'common']) => {
      const number = numberGiven(value, 'round')
      const digits = wholeGiven(precision, 'round', 0)
      if (method === 'ceil' || method === 'floor') {
        const scale = 10 ** digits
        return float(Math[method](number * scale) / scale)
      }
      if (method !== 'common') throw new JinjaError('round is common, ceil or floor')
      // Python keeps a whole number one.
      if (isInt(value))
        return digits < 0 ? int(BigInt(Math.round(Number(value) / 10 ** -digits) * 10 ** -digits)) : value
      return float(
        digits < 0
          ? Math.round(number / 10 ** -digits) * 10 ** -digits
          : Number(rounded(number, Math.min(digits, 100))),
      )
    },
  },
  pow: {
    parameters: 'y',
    call: (value, [power], run) =>
      isInt(value) && isInt(power) && power >= 0
        ? float(Number(compute('**', value, power, run.work)))
        : float(numberGiven(value, 'pow') ** numberGiven(power, 'pow')),
  },
  log: {
    parameters: 'base',
    call: (value, [base]) => {
      const number = numberGiven(value, 'log')
      if (number <= 0) throw new JinjaError('log needs a number greater than 0')
      if (base === undefined) return float(Math.log(number))
      const given = numberGiven(base, 'log')
      return float(
        given === 10
          ? Math.log10(number)
          : given === 2
            ? Math.log2(number)
            : Math.log(number) / Math.log(given),
      )
    },
  },
  root: {
    parameters: 'base',
    call: (value, [base]) => {
      const given = base === undefined ? 2 : numberGiven(base, 'root')
      return float(
        given === 2 ? Math.sqrt(numberGiven(value, 'root')) : numberGiven(value, 'root') ** (1 / given),
      )
    },
  },
  filesizeformat: {
    parameters: 'binary',
    call: (value, [binary = false]) => {
      const bytes = typeof value === 'string' ? Number(value) : numberGiven(value, 'filesizeformat')
      const base = truth(binary) ? 1024 : 1000
      if (bytes === 1) return '1 Byte'
      if (bytes < base) return `${Math.trunc(bytes)} Bytes`
      const units = truth(binary)
        ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
        : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
      const index = units.findIndex((_, at) => bytes < base ** (at + 2))
      const power = index < 0 ? units.length - 1 : index
      return `${fixed(bytes / base ** (power + 1), 'f', 1)} ${units[power]}`
    },
  },
  human_readable: {
    parameters: 'isbits unit',
    call: (value, [bits = false, unit]) =>
      humanReadable(numberGiven(value, 'human_readable'), truth(bits), unit),
  },
  human_to_bytes: {
    parameters: 'default_unit isbits',
    call: (value, [unit, bits = false]) => humanToBytes(String(present(value)), unit, truth(bits)),
  },
}

/** A whole number; what counts otherwise where the value is none. */
function toInt(value: unknown, otherwise: unknown, base: number): unknown {
  present(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isInt(value)) return value
  if (isFloat(value)) {
    const number = numberOf(value) ?? 0
    return Number.isFinite(number) ? int(BigInt(Math.trunc(number))) : otherwise
  }
  if (typeof value !== 'string') return otherwise
  const found = intIn(value.trim(), base)
  if (found !== undefined) return int(found)
  const number = floatIn(value)
  return number === undefined || !Number.isFinite(number) ? otherwise : int(BigInt(Math.trunc(number)))
}

const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' }

function intIn(text: string, base: number): bigint | undefined {
  const [, sign = '', written = ''] = /^([-+]?)(.*)$/s.exec(text.replaceAll(/(?<=\w)_(?=\w)/g, '')) ?? []
  const prefix = prefixes[base]
  const lower = written.toLowerCase()
  const guessed =
    base === 0 ? (Object.entries(prefixes).find(([, one]) => lower.startsWith(one))?.[0] ?? 10) : base
  const digits =
    prefix && lower.startsWith(prefix)
      ? lower.slice(2)
      : base === 0 && guessed !== 10
        ? lower.slice(2)
        : lower
  const radix = BigInt(guessed)
  if (digits === '' || digits.length > 20_000) return undefined
  let value = 0n
  for (const sign of digits) {
    const digit = Number.parseInt(sign, 36)
    if (Number.isNaN(digit) || digit >= Number(radix)) return undefined
    value = value * radix + BigInt(digit)
  }
  return sign === '-' ? -value : value
}

function floatIn(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed))
    return Number(trimmed.replaceAll('_', ''))
  const [, sign, word] = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed) ?? []
  if (word === undefined) return undefined
  if (word.toLowerCase() === 'nan') return Number.NaN
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A truth value as Ansible reads one: what is not said to be true is false. */
export function toBool(value: unknown): unknown {
  if (value instanceof Undefined) present(value)
  if (value === null || typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : numberOf(value)
  return ['yes', 'on', '1', 'true', 1].includes(word as string)
}

const sizes = 'YZEPTGMK'

function humanReadable(size: number, bits: boolean, unit: unknown): string {
  const wanted = unit === undefined || unit === null ? undefined : String(unit).toUpperCase()
  const letters = [...sizes, bits ? 'b' : 'B']
  for (const [index, letter] of letters.entries()) {
    const limit = index === letters.length - 1 ? 1 : 2 ** (10 * (8 - index))
    if ((wanted === undefined && size >= limit) || wanted === letter.toUpperCase()) {
      const what =
        index === letters.length - 1 ? (bits ? 'bits' : 'Bytes') : bits ? `${letter}b` : `${letter}B`
      return `${fixed(size / limit, 'f', 2)} ${what}`
    }
  }
  return `${fixed(size, 'f', 2)} ${bits ? 'bits' : 'Bytes'}`
}

/** Bytes, or bits, of a size as people write it ("10 MB"); refuses what is none. */
export function humanToBytes(text: string, unit: unknown, bits: boolean): number {
  const [, number, written = ''] = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?\s*$/.exec(text) ?? []
  if (number === undefined || number === '' || number === '.')
    throw new JinjaError(`"${text}" is no size`, { next: 'write for example 10 MB' })
  const used = written === '' && unit !== undefined && unit !== null ? String(unit) : written
  if (used === '') return Math.round(Number(number))
  const letter = used[0]?.toUpperCase() ?? ''
  const index = sizes.indexOf(letter)
  if (index < 0 && letter !== 'B')
    throw new JinjaError(`"${used}" is no unit of sizes`, { next: 'write B, KB, MB, GB, TB' })
  const wanted = bits ? 'b' : 'B'
  if (used.length > 1 && !/^(?:byte|bit)s?$/i.test(used) && used[1] !== wanted)
    throw new JinjaError(`"${used}" is no unit of ${bits ? 'bits' : 'bytes'}`, {
      next: `write ${letter}${wanted}`,
    })
  return Math.round(Number(number) * (index < 0 ? 1 : 2 ** (10 * (8 - index))))
}
