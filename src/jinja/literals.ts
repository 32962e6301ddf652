import { float, int } from './values.ts'

const signs: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

/** A text between quotes without Python's escapes; one that Python does not know stays as it is. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole, x?: string, u?: string, long?: string, octal?: string, sign?: string) => {
      const hex = x ?? u ?? long
      if (hex !== undefined)
        return Number.parseInt(hex, 16) > 0x10ffff ? whole : String.fromCodePoint(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      return signs[sign ?? ''] ?? whole
    },
  )
}

/** A whole number as written: decimal, 0x, 0o, 0b, with underscores. */
export function intOf(text: string): number | bigint {
  return int(BigInt(text.replaceAll('_', '')))
}

/** A number with a point or an exponent. */
export function floatOf(text: string): unknown {
  return float(Number(text.replaceAll('_', '')))
}
