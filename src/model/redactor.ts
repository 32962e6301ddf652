import { escaped, former, hidden, isCommon } from './marked.ts'

/**
 * Lines that carry a secret by their look, whatever its value: keepalived's auth_pass, passwords, tokens, keys of an API. Sentences
 * about such a word go on by one that is no password.
 */
const telling =
  /\b(auth_pass\b\s+(?!(?:of|out|and|or|is|ends|that|to|has|in|for|with|which)\b)|\w*(?:passw(?:or)?d|passphrase|secret|token|(?:api|access|private|secret)_?key)\b["']?\s*[:=]\s*)(["']?)[^\s"'#]+\2/gi

/** Shorter values are hidden where they are words of their own only: they would hide half of every text. */
const shortest = 4

/** What was hidden already is left as it is, and what is being hidden is no text to look through. */
const markers = new RegExp(`(${hidden}|${former})`)
const placeholder = '\u{fdd0}'

/**
 * Takes every secret out of a text. One redactor serves a whole report, so that nothing leaves around it; more secrets
 * may come to be known while it does.
 */
export function redactor(secrets: ReadonlySet<string>): (text: string) => string {
  let known = 0
  let forms: readonly Form[] = []
  const without = (text: string) =>
    forms.reduce((rest, { text: form, alone }) => rest.replaceAll(alone ?? form, placeholder), text)
  return (text) => {
    if (known !== secrets.size) {
      known = secrets.size
      forms = formsOfAll(secrets)
    }
    const clean = text
      .split(markers)
      .map((part, index) => (index % 2 === 1 ? part : without(part).replaceAll(placeholder, hidden)))
      .join('')
    return clean.replace(telling, `$1${hidden}`)
  }
}

/** One way in which a secret may be written; `alone` finds it where it is a word of its own. */
interface Form {
  readonly text: string
  readonly alone?: RegExp
}

/** A secret may contain another one: the longest goes first. */
function formsOfAll(secrets: ReadonlySet<string>): readonly Form[] {
  const known = [...secrets].filter((secret) => !isCommon(secret))
  const long = new Set(known.flatMap(formsOf))
  const short = new Set(known.filter(({ length }) => length < encodedShortest).flatMap(shortFormsOf))
  return [
    ...[...long].map((text) => ({ text })),
    ...[...short]
      .filter((text) => !long.has(text))
      .map((text) => ({
        text,
        alone: new RegExp(`(?<![\\p{L}\\p{N}])${escaped(text)}(?![\\p{L}\\p{N}])`, 'gu'),
      })),
  ].toSorted((a, b) => b.text.length - a.text.length)
}

/** As a secret may come to stand in a text: as it is, line by line, quoted, escaped or encoded for what it stands in. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  const written = lines.filter((line) => line !== '')
  // A report may indent what stands around the only line that says anything: that line is the secret.
  const least = written.length === 1 ? shortest : lineShortest
  const parts = lines.length > 1 ? written.filter(({ length }) => length >= least) : []
  return [secret, ...parts].flatMap(formsOfOne)
}

function formsOfOne(secret: string): readonly string[] {
  const markup = secret.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
  const text = markup.replaceAll('&#39;', "'")
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    ...[secret, markup, markup.replaceAll('&#39;', '&apos;'), text, text.replaceAll('&quot;', '"')],
    secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    ...inAddresses(secret),
    ...[json, json.replaceAll('/', '\\/'), inAscii(json)],
    ...[secret.replaceAll("'", "'\\''"), secret.replaceAll("'", `'"'"'`), secret.replaceAll("'", "''")],
    secret.replaceAll(/[^\w@%+=:,./-]/g, '\\$&'),
    secret.replaceAll(/["$`\\]/g, '\\$&'),
    ...(secret.length >= encodedShortest ? inBase64(secret) : []),
    ...inHex(secret),
  ].filter(({ length }) => length >= shortest)
}

/** A short secret by itself, and encoded by itself. */
function shortFormsOf(secret: string): readonly string[] {
  const encoded = Buffer.from(secret).toString('base64')
  return [secret, secret.trim(), encoded, encoded.replace(/=+$/, '')]
}

/** Percent-encoded, by those who leave much as it is and by those who do not. */
function inAddresses(secret: string): readonly string[] {
  // Half of a character of two parts has no UTF-8.
  const usual = encodeURIComponent(secret.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
  const strict = usual.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const whole = [usual, strict, strict.replaceAll('%20', '+'), strict.replaceAll('%2F', '/')]
  return whole.flatMap((text) => [text, text.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase())])
}

/** JSON as those write it who know ASCII only. */
function inAscii(json: string): string {
  return json.replaceAll(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function inHex(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString('hex')
  return [hex, hex.toUpperCase()]
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
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const own = text.slice(Math.ceil((before * 4) / 3))
    const certain = (before + bytes.length) % 3 === 0 ? own : own.slice(0, -1)
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
