/** What stands in place of a value that must not be shown. */
export const hidden = '«secret»'

/** Lines that carry a secret by their look, whatever its value: keepalived's auth_pass, passwords, tokens, keys of an API. */
const telling =
  /\b(auth_pass\b\s+|\w*(?:passw(?:or)?d|passphrase|secret|token|(?:api|access|private|secret)_?key)\b["']?\s*[:=]\s*)(["']?)[^\s"'#]+\2/gi

/** Shorter values would hide half of every text. */
const shortest = 4

/**
 * Takes every secret out of a text. One redactor serves a whole report, so that nothing leaves around it; more secrets
 * may come to be known while it does.
 */
export function redactor(secrets: ReadonlySet<string>): (text: string) => string {
  let known = 0
  let values: readonly string[] = []
  return (text) => {
    if (known !== secrets.size) {
      known = secrets.size
      // A secret may contain another one: the longest goes first.
      const forms = new Set([...secrets].filter(({ length }) => length >= shortest).flatMap(formsOf))
      values = [...forms].toSorted((a, b) => b.length - a.length)
    }
    const without = values.reduce((rest, value) => rest.replaceAll(value, hidden), text)
    return without.replace(telling, `$1${hidden}`)
  }
}

/** As a secret may come to stand in a text: as it is, line by line, quoted, escaped or encoded for what it stands in. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  const parts = lines.length > 1 ? lines.filter(({ length }) => length >= lineShortest) : []
  const markup = secret.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
  const text = markup.replaceAll('&#39;', "'")
  // Half of a character of two parts has no UTF-8.
  const whole = secret.replaceAll(/\p{Surrogate}/gu, '\ufffd')
  return [
    ...[secret, ...parts, markup, markup.replaceAll('&#39;', '&apos;'), text, text.replaceAll('&quot;', '"')],
    ...[encodeURIComponent(whole), JSON.stringify(secret).slice(1, -1)],
    ...[secret.replaceAll("'", "'\\''"), secret.replaceAll(/[^\w@%+=:,./-]/g, '\\$&')],
    ...(secret.length >= encodedShortest ? inBase64(secret) : []),
  ]
}

/** Of a secret with several lines, such as a key, a line shorter than this tells nothing. */
const lineShortest = 8
/** What is encoded of something shorter is found everywhere. */
const encodedShortest = 6
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Its part of base64 that encodes more than it, wherever it begins there: RFC 4648, three bytes in four characters. */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const own = text.slice(Math.ceil((before * 4) / 3))
    return (before + bytes.length) % 3 === 0 ? own : own.slice(0, -1)
  })
}

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
