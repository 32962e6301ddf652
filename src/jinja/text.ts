import {
  Callable,
  Duration,
  entriesOf,
  Float,
  isMapping,
  Namespace,
  omit,
  present,
  Tuple,
  Undefined,
} from './values.ts'
import type { Work } from './work.ts'

/** A value in text, as Python's `str` writes it. */
export function str(value: unknown, work: Work): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return dateText(value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return repr(value, work)
}

/** A value as Python's `repr` writes it. */
export function repr(value: unknown, work: Work): string {
  work.spend()
  if (value instanceof Undefined && value.isLenient) return ''
  present(value)
  if (typeof value === 'string') return quotedText(value)
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? wholeText(value) : floatText(value)
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Callable) return `<function ${value.name}>`
  if (value === omit) return '__omit_place_holder__'
  if (value instanceof Date) return `datetime.datetime(${dateParts(value).join(', ')})`
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Uint8Array) return `b${quotedText(new TextDecoder('latin1').decode(value))}`
  if (value instanceof Namespace) return work.deeper(() => `<Namespace ${repr(new Map(value.fields), work)}>`)
  return work.deeper(() => {
    let length = 0
    const part = (one: unknown) => {
      const text = repr(one, work)
      length += text.length
      work.text(length)
      return text
    }
    if (Array.isArray(value)) {
      const parts = Array.from(value, part)
      if (!(value instanceof Tuple)) return `[${parts.join(', ')}]`
      return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`
    }
    if (!isMapping(value)) return String(value)
    return `{${entriesOf(value)
      .map(([key, one]) => `${part(key)}: ${part(one)}`)
      .join(', ')}}`
  })
}

function wholeText(value: number): string {
  return Object.is(value, -0) ? '0' : BigInt(value).toString()
}

/** A float as Python writes it: with a point or an exponent, always. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const [, sign = '', first = '', rest = '', power = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? []
  const exponent = Number(power)
  if (exponent >= 16 || exponent < -4) {
    const digits = rest === '' ? first : `${first}.${rest}`
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${digits}e${exponent < 0 ? '-' : '+'}${size}`
  }
  const plain = String(value)
  return /[.e]/.test(plain) ? plain : `${plain}.0`
}

/** A text between quotes, with what cannot be seen escaped. */
export function quotedText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = text.replaceAll(/[\\'"\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Zs}]/gu, (sign) => {
    if (sign === ' ') return sign
    if (sign === '\\') return '\\\\'
    if (sign === '"' || sign === "'") return sign === quote ? `\\${sign}` : sign
    if (sign === '\n') return '\\n'
    if (sign === '\r') return '\\r'
    if (sign === '\t') return '\\t'
    const code = sign.codePointAt(0) ?? 0
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
    if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
    return `\\U${code.toString(16).padStart(8, '0')}`
  })
  return `${quote}${inner}${quote}`
}

function dateParts(time: Date): readonly number[] {
  const parts = [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
  ]
  const [seconds, fraction] = [time.getUTCSeconds(), time.getUTCMilliseconds() * 1000]
  return [...parts, ...(seconds > 0 || fraction > 0 ? [seconds] : []), ...(fraction > 0 ? [fraction] : [])]
}

function durationText({ seconds }: Duration): string {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const [hours, minutes, last] = [
    Math.floor(rest / 3600),
    Math.floor((rest % 3600) / 60),
    Math.floor(rest % 60),
  ]
  const clock = `${hours}:${String(minutes).padStart(2, '0')}:${String(last).padStart(2, '0')}`
  return days === 0 ? clock : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`
}

/** A time as Python's `datetime` writes it. */
export function dateText(time: Date): string {
  const text = time.toISOString().replace('T', ' ').replace('Z', '')
  return text.endsWith('.000') ? text.slice(0, -4) : `${text}000`
}
