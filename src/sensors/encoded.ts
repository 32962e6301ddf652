import { sh } from '../shell/quote.ts'

/** Defines `us_encode`, which turns its input into lines of base64 or, where there is none, of hexadecimal. */
export const encoder = sh`if command -v base64 >/dev/null 2>&1; then us_how=base64; else us_how=hex; fi
us_encode() { if [ "$us_how" = base64 ]; then base64; else od -An -v -tx1 | tr -d ' '; fi; }`

/** Reads what `us_encode` printed; `how` is the host's `$us_how`. */
export function decode(how: string, text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll('\n', ''), how === 'hex' ? 'hex' : 'base64'))
}

/** The text these bytes hold, or `undefined` where they are no text: not UTF-8, or with a NUL. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
