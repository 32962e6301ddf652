import { diffLines } from 'diff'
import type { Difference } from '../model/change.ts'
import { hidden } from './redaction.ts'

/** What stands in place of what a secret replaces: it was one, too. */
export const former = '«former secret»'

/** A difference without its secrets, nor what they replace. */
export function discreet(one: Difference, redact: (text: string) => string): Difference {
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
  return {
    ...one,
    before: shown === after ? redact(before) : formerly(before, [shown], redact),
    after: shown,
  }
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
      const secretive = linesOf(next.value)
        .map(redact)
        .filter((line) => line.includes(hidden))
      return linesOf(value)
        .map((line) => formerly(line, secretive, redact))
        .join('\n')
    })
    .join('')
}

/** A line, without what stands where one of the lines that replace it has its secret. */
function formerly(line: string, secretive: readonly string[], redact: (text: string) => string): string {
  for (const shown of secretive) {
    const pattern = shown.split(hidden).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    if (new RegExp(`^${pattern.join('.+')}$`, 's').test(line)) return shown.replaceAll(hidden, former)
  }
  return redact(line)
}

function byLine(text: string, redact: (text: string) => string): string {
  return linesOf(text).map(redact).join('\n')
}

function linesOf(text: string): readonly string[] {
  return text.split('\n')
}
