import type { Knowledge } from '../model/task.ts'

/** What a host knew once it came through a task. */
export interface Moment {
  /** The place behind the task: numbers of plays and tasks, from the outermost inwards. */
  readonly key: string
  readonly known: Knowledge
}

/** What was known at that place: of the last moment that is not behind it. */
export function knownAt(moments: readonly Moment[], key: string): Knowledge | undefined {
  const wanted = placeOf(key)
  let found: Knowledge | undefined
  for (const moment of moments) {
    if (compare(placeOf(moment.key), wanted) > 0) break
    found = moment.known
  }
  return found
}

/** Does one place of a run come before another? */
export function isBefore(key: string, other: string): boolean {
  return compare(placeOf(key), placeOf(other)) < 0
}

/** Behind all that is in a task. */
export const theEnd = String(Number.MAX_SAFE_INTEGER)

/** What runs where a task failed stands behind the others of its block, and what runs in any case behind that. */
const parts: Readonly<Record<string, number>> = { rescue: 1e9, always: 2e9, left: 3e9, forced: 3e9 }

function placeOf(key: string): readonly number[] {
  return key.split('.').map((part) => parts[part] ?? (/^\d+$/.test(part) ? Number(part) : 0))
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, number] of a.entries()) {
    const other = b[at]
    if (other === undefined) return 1
    if (number !== other) return number - other
  }
  return a.length - b.length
}
