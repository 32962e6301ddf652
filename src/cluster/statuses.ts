import type { PageSettings } from './vocabulary/index.ts'

/** Statuses that an answer may have, as the inventory says them: `200`, `200-299`, or several of these. */
export type Statuses = PageSettings['status']

/** Is a status among them? */
export function isAmong(statuses: Statuses, found: number): boolean {
  return rangesOf(statuses).some(([from, to]) => found >= from && found <= to)
}

/** As keepalived.conf(5) and people write them. */
export function written(statuses: Statuses): string {
  return listOf(statuses).join(' ')
}

/** As a pattern that is the same to the shell and to a regular expression: `200|30[1-3]`. */
export function patternOf(statuses: Statuses): string {
  const all = new Set(
    rangesOf(statuses).flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
    ),
  )
  return [1, 2, 3, 4, 5].flatMap((first) => within(all, String(first), 2)).join('|')
}

/** The shortest words for those that begin so: one for all ten of a place, where it has them all. */
function within(all: ReadonlySet<number>, start: string, places: number): readonly string[] {
  if (places === 0) return all.has(Number(start)) ? [start] : []
  const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
  const deeper = digits.flatMap((digit) => within(all, `${start}${digit}`, places - 1))
  const whole = digits.map((digit) => `${start}${digit}${'[0-9]'.repeat(places - 1)}`)
  return whole.every((word) => deeper.includes(word)) ? [`${start}${'[0-9]'.repeat(places)}`] : deeper
}

function listOf(statuses: Statuses): readonly (number | string)[] {
  return Array.isArray(statuses) ? statuses : [statuses]
}

function rangesOf(statuses: Statuses): readonly (readonly [from: number, to: number])[] {
  return listOf(statuses).map((one) => {
    const [from = '', to = from] = String(one).split('-')
    return [Number(from), Number(to)]
  })
}
