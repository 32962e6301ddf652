/** What the letters behind a backslash stand for in texts of Python (Lexical analysis, "String and Bytes literals"). */
export const pythonEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '0': '\0',
}

/** A text with its escapes read, those of `letters` and of numbers; any other stays as it is. */
export function withEscapesRead(
  text: string,
  letters: Readonly<Record<string, string>> = pythonEscapes,
): string {
  return text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]))/g,
    (whole, hex: string | undefined, wide: string | undefined, letter: string | undefined) => {
      const code = hex ?? wide
      return code === undefined
        ? (letters[letter ?? ''] ?? whole)
        : String.fromCharCode(Number.parseInt(code, 16))
    },
  )
}
