import type { Change } from '../model/change.ts'
import { showOrigin } from '../model/origin.ts'
import type { OwnLines } from '../model/resource.ts'

/** Where programs say which line of a file they refuse: `…/nginx.conf:37`, `[…/haproxy.cfg:37]`, `line 37 of …`. */
const place = /(?:\/[^\s:]*:\s*(?:line )?|\bline )(\d+)/gi

/** The place of the user's own line that a program refused, if it is one. */
export function refusedLine(
  output: string,
  change: Change | undefined,
  own: readonly OwnLines[],
): string | undefined {
  const text = change?.differences.find((one) => one.is === 'text')?.after ?? ''
  const lines = text.split('\n')
  const refused = [...output.matchAll(place)].flatMap(([, number]) => lines[Number(number) - 1]?.trim() ?? [])
  for (const line of refused.filter((one) => one !== ''))
    for (const { origin, scalar, name } of own) {
      const at = scalar.split('\n').findIndex((one) => isLike(one.trim(), line, scalar.includes('\n')))
      if (at >= 0) return `this is line ${at + 1} of ${name}, at ${showOrigin(origin)}: correct it there`
    }
  return undefined
}

/** Is a line what the user wrote, whatever expressions in it came to? What is one line alone may stand on behind something. */
function isLike(written: string, line: string, isWhole: boolean): boolean {
  const parts = written.split(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/)
  if (parts.every((part) => part.trim() === '')) return false
  const pattern = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  return new RegExp(isWhole ? `^${pattern}$` : pattern).test(line)
}
