import type { RememberedDeed } from '../model/deed.ts'
import { inOneLine } from './redaction.ts'

/** What was done, a line for each run and machine, times in UTC. */
export function historyLines(
  deeds: readonly (RememberedDeed & { readonly host: string })[],
): readonly string[] {
  const rows = deeds.map(({ at, host, run, by, did, kinds }) => [
    new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    ...[host, run, by, did, kinds].map(inOneLine),
  ])
  const wide = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(wide[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
