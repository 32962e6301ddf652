import { diffLines } from 'diff'
import type { Difference } from './change.ts'
import { escaped, former, hidden } from './marked.ts'

/** A difference without its secrets, nor what they replace. */
export function discreet(difference: Difference, redact: (text: string) => string): Difference {
  const one =
    difference.is === 'text'
      ? { ...difference, path: redact(difference.path) }
      : { ...difference, name: redact(difference.name) }
  const { before, after } = one
  if (before === undefined || after === undefined)
    return {
      ...one,
      before: before === undefined ? undefined : redact(before),
      after: after === undefined ? undefined : redact(after),
    }
  if (one.is === 'text')
    return { ...one, before: withoutFormer(before, after, redact), after: byLine(after, redact) }
  const shown = redact(after)
  if (shown === after) return { ...one, before: redact(before), after }
  return { ...one, before: formerly(before, [shown]) ?? former, after: shown }
}

/** The text before a change, without what stood where secrets stand now. */
function withoutFormer(before: string, after: string, redact: (text: string) => string): string {
  if (byLine(after, redact) === after) return byLine(before, redact)
  const parts = diffLines(before, after)
  return parts
    .map(({ added, removed, value }, index) => {
      if (added) return ''
      const next = parts[index + 1]
      if (!removed || !next?.added) return byLine(value, redact)
      return withoutReplaced(linesOf(value), linesOf(next.value).map(redact)).map(redact).join('\n')
    })
    .join('')
}

/** Lines without what stands where the lines that replace them, as they are shown, have their secrets. */
function withoutReplaced(lines: readonly string[], replacing: readonly string[]): readonly string[] {
  const secretive = replacing.filter((line) => line.includes(hidden))
  const unmatched = secretive.filter((shown) => !lines.some((line) => formerly(line, [shown]) !== undefined))
  return lines.map((line) => formerly(line, secretive) ?? alike(line, unmatched) ?? line)
}

/** A line, with the secrets of the first of these in its place whose other parts it shares. */
function formerly(line: string, secretive: readonly string[]): string | undefined {
  const found = secretive.find((shown) =>
    new RegExp(`^${shown.split(hidden).map(escaped).join('.+')}$`, 's').test(line),
  )
  return found?.replaceAll(hidden, former)
}

/** A line that begins as one of these does and goes on otherwise: it said the same in another way. */
function alike(line: string, secretive: readonly string[]): string | undefined {
  const [, start = '', word = ''] = /^(\s*([^\s:=«]+))/.exec(line) ?? []
  const isAlike = word !== '' && secretive.some((shown) => shown.trimStart().startsWith(word))
  return isAlike ? `${start} ${former}` : undefined
}

function byLine(text: string, redact: (text: string) => string): string {
  return linesOf(text).map(redact).join('\n')
}

function linesOf(text: string): readonly string[] {
  return text.split('\n')
}
