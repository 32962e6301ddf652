import { pythonEscapes } from './python-escapes.ts'

/** What is wrong with a regular expression, or with what stands for its matches. */
export class PatternError extends Error {
  /** What to do about it. */
  readonly next?: string

  constructor(message: string, next?: string) {
    super(message)
    if (next !== undefined) this.next = next
  }
}

/**
 * A regular expression of Python's (its manual: "re") as one of JavaScript's, with these of JavaScript's flags beside
 * those at its head. Throws PatternError where it is wrong, or cannot be said.
 */
export function pythonRegExp(pattern: string, flags = ''): RegExp {
  const leading = /^\(\?([aiLmsux]+)\)/.exec(pattern)
  const letters = leading?.[1] ?? ''
  const all = new Set([...flags, ...[...letters].filter((letter) => 'ims'.includes(letter)), 'u'])
  const body = translated(pattern.slice(leading?.[0].length ?? 0), all.has('m'), letters.includes('x'))
  try {
    return new RegExp(body, [...all].join(''))
  } catch {
    throw new PatternError(`"${pattern}" is no regular expression`)
  }
}

const classes: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{N}_',
  s: '\\s\\x1c-\\x1f',
}
const literal = /[.*+?^${}()|[\]\\/]/

function translated(pattern: string, multiline: boolean, verbose: boolean): string {
  let made = ''
  for (let at = 0; at < pattern.length; ) {
    const sign = pattern[at] ?? ''
    if (sign === '\\') {
      const [text, length] = escaped(pattern.slice(at), false)
      made += text
      at += length
    } else if (sign === '[') {
      const [text, length] = signClass(pattern.slice(at))
      made += text
      at += length
    } else if (sign === '(') {
      const [text, length] = group(pattern.slice(at))
      made += text
      at += length
    } else if (sign === '$') {
      // Python's matches before a line break at the end, too.
      made += multiline ? '$' : '(?=\\n?(?![\\s\\S]))'
      at += 1
    } else if (sign === '{') {
      const bounds = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(at))
      const isBound = bounds && bounds[0] !== '{}' && bounds[0] !== '{,}' && made !== ''
      made += isBound ? `{${bounds[1] || '0'}${bounds[2]}${bounds[3]}}` : '\\{'
      at += isBound ? bounds[0].length : 1
    } else if (sign === '}' || sign === ']') {
      made += `\\${sign}`
      at += 1
    } else if (verbose && /\s/.test(sign)) at += 1
    else if (verbose && sign === '#') at = (pattern.indexOf('\n', at) + 1 || pattern.length + 1) - 0
    else {
      const whole = String.fromCodePoint(pattern.codePointAt(at) ?? 0)
      made += whole
      at += whole.length
    }
  }
  return made
}

type Taken = readonly [text: string, length: number]

function escaped(rest: string, inClass: boolean): Taken {
  const sign = rest[1] ?? ''
  if (sign === '') throw new PatternError('this regular expression ends with a single \\')
  if (sign in classes) return [inClass ? (classes[sign] ?? '') : `[${classes[sign]}]`, 2]
  if (sign.toLowerCase() in classes)
    return [inClass ? negatedInClass(sign) : `[^${classes[sign.toLowerCase()]}]`, 2]
  if (!inClass && sign === 'A') return ['(?<![\\s\\S])', 2]
  if (!inClass && sign === 'Z') return ['(?![\\s\\S])', 2]
  if (!inClass && (sign === 'b' || sign === 'B')) return [wordEdge(sign === 'b'), 2]
  if (inClass && sign === 'b') return ['\\x08', 2]
  if (sign === 'a') return ['\\x07', 2]
  if ('nrtfv'.includes(sign)) return [`\\${sign}`, 2]
  const hex = /^\\x([\da-fA-F]{2})|^\\u([\da-fA-F]{4})|^\\U([\da-fA-F]{8})/.exec(rest)
  if (hex) return [`\\u{${hex[1] ?? hex[2] ?? hex[3]}}`, hex[0].length]
  const octal = /^\\(0[0-7]{0,2}|[0-3][0-7]{2})/.exec(rest)
  if (octal) return [`\\u{${Number.parseInt(octal[1] ?? '0', 8).toString(16)}}`, octal[0].length]
  const reference = inClass ? null : /^\\([1-9]\d?)/.exec(rest)
  // A digit after it would become part of its number.
  if (reference) return [`(?:\\${reference[1]})`, reference[0].length]
  if (/[A-Za-z0-9]/.test(sign)) throw new PatternError(`\\${sign} is not known in a regular expression`)
  const whole = String.fromCodePoint(rest.codePointAt(1) ?? 0)
  return [literal.test(whole) || (inClass && whole === '-') ? `\\${whole}` : whole, 1 + whole.length]
}

function negatedInClass(sign: string): string {
  if (sign === 'D') return '\\P{Nd}'
  if (sign === 'S') return '\\S'
  throw new PatternError(
    '\\W cannot stand between brackets of a regular expression here',
    'write [^…] with what is not meant',
  )
}

function wordEdge(isEdge: boolean): string {
  const word = '[\\p{L}\\p{N}_]'
  const edge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
  return isEdge ? edge : `(?!${edge})`
}

function signClass(rest: string): Taken {
  let at = 1
  let made = '['
  if (rest[at] === '^') {
    made += '^'
    at += 1
  }
  const start = at
  for (;;) {
    const sign = rest[at]
    if (sign === undefined) throw new PatternError('a [ in this regular expression is never closed')
    if (sign === ']' && at > start) return [`${made}]`, at + 1]
    if (sign === '\\') {
      const [text, length] = escaped(rest.slice(at), true)
      made += text
      at += length
    } else {
      const whole = String.fromCodePoint(rest.codePointAt(at) ?? 0)
      // A - beside a class of signs stands for itself.
      const isRange =
        sign === '-' &&
        at > start &&
        rest[at + 1] !== ']' &&
        !/\\[dwsDWS]$/.test(rest.slice(0, at)) &&
        !/^-\\[dwsDWS]/.test(rest.slice(at))
      made += sign === '-' ? (isRange ? '-' : '\\-') : literal.test(whole) ? `\\${whole}` : whole
      at += whole.length
    }
  }
}

function group(rest: string): Taken {
  const named = /^\(\?P<([^>]+)>/.exec(rest)
  if (named) return [`(?<${named[1]}>`, named[0].length]
  const same = /^\(\?P=([^)]+)\)/.exec(rest)
  if (same) return [`\\k<${same[1]}>`, same[0].length]
  const comment = /^\(\?#[^)]*\)/.exec(rest)
  if (comment) return ['', comment[0].length]
  const known = /^\(\?(?:[:=!]|<[=!])/.exec(rest)
  if (known) return [known[0], known[0].length]
  if (rest.startsWith('(?'))
    throw new PatternError(
      `${rest.slice(0, 4)} is not known in a regular expression here`,
      'flags stand at its beginning, as in (?i)',
    )
  return ['(', 1]
}

/**
 * What Python's `re.sub` puts in place of a match: `\1`, `\g<1>` and `\g<name>` stand for its parts, other escapes for what
 * they are in Python. Throws PatternError.
 */
export function pythonReplacement(
  template: string,
): (match: readonly unknown[], groups: Readonly<Record<string, string>> | undefined) => string {
  const parts = [
    ...template.matchAll(/\\(?:g<([^>]+)>|(0[0-7]{0,2}|[0-3][0-7]{2})|([1-9]\d?)|([\s\S]))|([^\\]+|\\$)/g),
  ]
  return (match, groups) =>
    parts
      .map(([whole, name, octal, number, sign, words]) => {
        if (words !== undefined) return words
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
        const key = name ?? number
        if (key !== undefined) {
          if (/^\d+$/.test(key)) {
            if (Number(key) >= match.length)
              throw new PatternError(`there is no group ${key} in this regular expression`)
            return String(match[Number(key)] ?? '')
          }
          if (!groups || !(key in groups))
            throw new PatternError(`there is no group "${key}" in this regular expression`)
          return groups[key] ?? ''
        }
        if (sign !== undefined && /[A-Za-z]/.test(sign)) {
          const meant = pythonEscapes[sign]
          if (meant === undefined) throw new PatternError(`${whole} is not known in a replacement`)
          return meant
        }
        return sign === '\\' ? '\\' : (whole ?? '')
      })
      .join('')
}
