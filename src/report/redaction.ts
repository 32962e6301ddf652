export { redactor } from '../model/redactor.ts'

/** The same data, every text in it as `change` makes it. */
export function eachText<Data>(data: Data, change: (text: string) => string): Data {
  if (typeof data === 'string') return change(data) as Data
  if (Array.isArray(data)) return data.map((one) => eachText(one, change)) as Data
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, eachText(value, change)]),
  ) as Data
}

/** Makes control characters visible: what a host prints must not move the cursor of whoever reads it. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (sign) => {
    const code = sign.charCodeAt(0)
    return code < 32 ? `^${String.fromCharCode(code + 64)}` : `\\x${code.toString(16)}`
  })
}

/** The same for what has one line: names and values may hold line breaks. */
export function inOneLine(text: string): string {
  return visible(text).replaceAll('\n', '^J').replaceAll('\t', ' ')
}
