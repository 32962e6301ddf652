/** What is wrong with a pattern, and after how many of its signs. */
export interface PatternProblem {
  readonly at: number
  readonly why: string
}

const classNames = ['alnum', 'alpha', 'ascii', 'blank', 'cntrl', 'digit', 'graph', 'lower']
const moreClassNames = ['print', 'punct', 'space', 'upper', 'word', 'xdigit']
const posixClass = new RegExp(`^\\[:\\^?(?:${[...classNames, ...moreClassNames].join('|')}):\\]`)

/** `(?` and what may follow it: what opens a group, and what stands for itself (pcre2pattern(3)). */
const opening = /^\(\?(?:[:|>=!]|<[=!]|P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'|[imsxnJU^-]*:|(?=\((?!\?[^=!<])))/
const alone =
  /^\((?:\?#[^)]*|\?P[=>][A-Za-z_]\w*|\?&[A-Za-z_]\w*|\?R|\?[+-]?\d+|\?C\d*|\?[imsxnJU^-]+|\*[A-Z_\d]*(?:[:=][^)]*)?)\)/
const capturing = /^\((?!\?|\*)|^\(\?(?:P?<[A-Za-z_]|')/
const quantifier = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})[?+]?/

/** An escape outside of classes: the backslash with all that belongs to it. */
const escaped =
  /^\\(?:Q.*?(?:\\E|$)|x\{[0-9A-Fa-f]+\}|o\{[0-7]+\}|[pP](?:\{\^?[\w &-]+\}|[A-Z])|[gk](?:\{-?\w+\}|<\w+>|'\w+')|g-?\d+|c[ -~]|\d+|[^xopPgkcLlNUu\d]|x(?!\{)[0-9A-Fa-f]{0,2}|N(?!\{))/s

/**
 * What PCRE2 would not compile, where it is of the kind that people write by mistake. keepalived says nothing of it in its own
 * test of a configuration, and then asks without it.
 */
export function patternProblem(pattern: string, isExtended = false): PatternProblem | undefined {
  const groups: number[] = []
  let captures = 0
  let reference: { readonly at: number; readonly number: number } | undefined
  let extended = isExtended
  let repeatable = false
  let at = 0
  while (at < pattern.length) {
    const rest = pattern.slice(at)
    const sign = rest[0]
    let length = 1
    const repeated = quantifier.exec(rest)
    if (extended && sign === '#') length = /^[^\n]*/.exec(rest)?.[0].length ?? 1
    else if (extended && /^\s/.test(rest)) length = 1
    else if (sign === '\\') {
      const found = escaped.exec(rest)?.[0]
      if (found === undefined)
        return {
          at,
          why: rest.length === 1 ? 'it ends with a backslash' : `PCRE knows no ${rest.slice(0, 2)} like this`,
        }
      const number = /^\\([1-9])$/.exec(found)?.[1]
      if (number !== undefined && Number(number) > (reference?.number ?? 0))
        reference = { at, number: Number(number) }
      length = found.length
      repeatable = !/^\\[bBAZzGK]$/.test(found)
    } else if (sign === '[') {
      const inClass = classAt(rest)
      if (typeof inClass !== 'number') return { ...inClass, at: at + inClass.at }
      length = inClass
      repeatable = true
    } else if (sign === '(') {
      const whole = alone.exec(rest)?.[0]
      if (whole?.startsWith('(?#') || whole?.startsWith('(*')) length = whole.length
      else if (whole !== undefined) {
        length = whole.length
        extended = /^\(\?\^?\w*x/.test(whole) && !whole.includes('R') ? true : extended
        repeatable = !/^\(\?[imsxnJU^-]+\)/.test(whole)
      } else {
        const opened = rest[1] === '?' ? opening.exec(rest)?.[0] : '('
        if (opened === undefined || rest.startsWith('(*'))
          return { at, why: `PCRE knows no group that begins with ${rest.slice(0, 3)}` }
        if (capturing.test(rest)) captures += 1
        groups.push(at)
        length = opened.length
        repeatable = false
      }
    } else if (sign === ')') {
      if (groups.pop() === undefined) return { at, why: 'this ) closes nothing' }
      repeatable = true
    } else if (sign === '|') repeatable = false
    else if (sign === '^' || sign === '$') repeatable = false
    else if (repeated) {
      if (!repeatable) return { at, why: `there is nothing that ${repeated[0]} could repeat` }
      const [, least, most] = repeated
      const bounds = [least, most].filter((one) => one !== undefined && one !== '').map(Number)
      if (bounds.some((one) => one > 65_535)) return { at, why: 'nothing is repeated more than 65535 times' }
      if ((bounds[1] ?? Number.POSITIVE_INFINITY) < (bounds[0] ?? 0))
        return { at, why: `${repeated[0]} is no range` }
      length = repeated[0].length
      repeatable = false
    } else repeatable = true
    at += length
  }
  const open = groups.at(-1)
  if (open !== undefined) return { at: open, why: 'this ( is not closed' }
  if (reference && reference.number > captures)
    return { at: reference.at, why: `there is no group ${reference.number}` }
  return undefined
}

/** How long the class is that begins here, or what is wrong with it. */
function classAt(text: string): number | PatternProblem {
  let at = text[1] === '^' ? 2 : 1
  if (text[at] === ']') at += 1
  while (at < text.length) {
    const rest = text.slice(at)
    if (rest[0] === ']') return at + 1
    const posix = posixClass.exec(rest)?.[0]
    if (posix === undefined && /^\[:\^?[a-z]+:\]/.test(rest)) return { at, why: 'PCRE knows no such class' }
    if (/^\[([.=]).*?\1\]/.test(rest)) return { at, why: 'PCRE knows no such class' }
    if (/^(?:\\[dDsSwWhHvVR]-[^\]]|[^\\\]]-\\[dDsSwWhHvVR])/.test(rest))
      return { at, why: `${rest.slice(0, 4)} is no range` }
    const quoted = /^\\Q.*?\\E/s.exec(rest)?.[0]
    const range = /^([^\\\]])-([^\\\][])/u.exec(rest)
    const [, from = '', to = ''] = range ?? []
    if (range && (from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0))
      return { at, why: `${range[0]} is no range` }
    at += posix?.length ?? quoted?.length ?? range?.[0].length ?? (rest[0] === '\\' ? 2 : 1)
  }
  return { at: 0, why: 'this [ is not closed' }
}

/** Does a pattern rest on where the page ends? A `$` with `multiline` also means the end of each line. */
export function restsOnEnd(pattern: string, isMultiline: boolean): boolean {
  const signs = pattern.replaceAll(/\\Q.*?(?:\\E|$)|\[\^?\]?(?:\\.|[^\]\\])*\]/gs, '').match(/\\.|./gs) ?? []
  const ofLines = isMultiline || /\(\?[a-z]*m/.test(pattern)
  return signs.some((sign) => sign === '\\z' || sign === '\\Z' || (sign === '$' && !ofLines))
}
