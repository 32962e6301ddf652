/** What stands in place of a value that must not be shown. */
export const hidden = '«secret»'

/** What stands in place of what a secret replaces: it was one, too. */
export const former = '«former secret»'

/** A text whose secret parts are told from the others. */
export type Marked = readonly (string | { readonly secret: string })[]

/** A text that is secret as a whole. */
export function wholly(secret: string): Marked {
  return [{ secret }]
}

/** The text itself, secrets and all. */
export function textOf(marked: Marked): string {
  return marked.map((piece) => (typeof piece === 'string' ? piece : piece.secret)).join('')
}

/** The text as it may be shown. */
export function shownOf(marked: Marked): string {
  return marked.map((piece) => (typeof piece === 'string' ? piece : hidden)).join('')
}

/** Is any part of it secret? */
export function holdsSecret(marked: Marked): boolean {
  return marked.some((piece) => typeof piece !== 'string' && piece.secret !== '')
}

/** What is shorter stands everywhere by chance. */
const shortest = 3
/** What is shorter stands by chance in many a word. */
const lineShortest = 4

/** Words that say one of two things: they are secrets in their place, and nowhere else. */
const common = /^(?:true|false|yes|no|on|off|none|null|present|absent)$/i

/** Would it hide half of every text if it were hidden wherever it stands? */
export function isCommon(secret: string): boolean {
  return secret.trim().length < shortest || common.test(secret.trim())
}

/**
 * Takes the secrets of some texts out of others that tell of the same thing: a line that stands in one of them is shown
 * as it is shown there; a text that is secret as a whole is hidden wherever it stands, a short one as a word of its own.
 */
export function veilOf(marks: readonly Marked[]): (text: string) => string {
  const all = marks.filter(holdsSecret)
  if (all.length === 0) return (text) => text
  const wholeLines = new Map(all.flatMap(secretLines).map(({ text, shown }) => [text.trim(), shown.trim()]))
  const parts = new Map([...wholeLines].filter(([text]) => text.length >= lineShortest && !common.test(text)))
  const alone = all.filter((marked) => marked.every((piece) => typeof piece !== 'string')).flatMap(linesIn)
  const isWord = (secret: string) => secret.length < lineShortest || common.test(secret)
  for (const secret of alone) if (!isWord(secret)) parts.set(secret, hidden)
  const pattern = patternOf([...parts.keys()], alone.filter(isWord))
  return (text) =>
    text
      .split('\n')
      .map((line) => {
        const whole = wholeLines.get(line.trim())
        if (whole !== undefined) return `${/^\s*/.exec(line)?.[0]}${whole}`
        return line.replace(pattern, (found) => (isMarker(found) ? found : (parts.get(found) ?? hidden)))
      })
      .join('\n')
}

/** The longest first; what was hidden already stays as it is. */
function patternOf(parts: readonly string[], words: readonly string[]): RegExp {
  const longestFirst = parts.toSorted((a, b) => b.length - a.length).map(escaped)
  const alone = words.map((word) => `(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`)
  return new RegExp([hidden, former, ...longestFirst, ...alone].join('|'), 'gu')
}

function isMarker(text: string): boolean {
  return text === hidden || text === former
}

/** A text as a regular expression that finds it. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** Lines in which something secret stands, as they are and as they may be shown. */
function secretLines(marked: Marked): readonly { readonly text: string; readonly shown: string }[] {
  const lines = [{ text: '', shown: '' }]
  for (const piece of marked) {
    const secret = typeof piece !== 'string'
    const [first = '', ...others] = (secret ? piece.secret : piece).split('\n')
    const last = lines.at(-1)
    if (last) {
      last.text += first
      last.shown += secret && first !== '' ? hidden : first
    }
    lines.push(...others.map((text) => ({ text, shown: secret && text !== '' ? hidden : text })))
  }
  return lines.filter(({ text, shown }) => text !== shown && text.trim() !== '')
}

function linesIn(marked: Marked): readonly string[] {
  const lines = textOf(marked).split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}
