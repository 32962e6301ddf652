import { structuredPatch } from 'diff'
import type { Difference } from '../model/change.ts'
import { discreet } from '../model/discreet.ts'
import type { Paint } from './paint.ts'
import { inOneLine, visible } from './redaction.ts'

/** Lines shown of one text; more would bury the rest of the plan. */
const most = 120

/** The differences of one change as lines: a unified diff for texts, `name: before → after` for the rest. */
export function differenceLines(
  differences: readonly Difference[],
  redact: (text: string) => string,
): readonly string[] {
  return differences
    .map((one) => discreet(one, redact))
    .flatMap((one) =>
      one.is === 'attribute'
        ? [redact(visible(`${one.name}: ${one.before ?? '(none)'} → ${one.after ?? '(none)'}`))]
        : textLines(one),
    )
}

/** Colours a line by what it says. */
export function paintDifference(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line)
  if (line.startsWith('-')) return paint('red', line)
  if (line.startsWith('@@')) return paint('cyan', line)
  return paint('dim', line)
}

function textLines({ path, before, after }: Extract<Difference, { is: 'text' }>): readonly string[] {
  const patch = structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: 3 })
  const lines = [
    `--- ${before === undefined ? '(absent)' : inOneLine(path)}`,
    `+++ ${after === undefined ? '(absent)' : inOneLine(path)}`,
    ...patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: hunk }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...hunk.map(visible),
    ]),
  ]
  return lines.length <= most ? lines : [...lines.slice(0, most), `… ${lines.length - most} more lines`]
}
