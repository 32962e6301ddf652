import type { RememberedDeed } from '../model/deed.ts'
import { inOneLine } from './redaction.ts'

type Told = RememberedDeed & { readonly host: string }

/** What was done, a line for each run on a machine, with the time at which it began in UTC. */
export function historyLines(deeds: readonly Told[]): readonly string[] {
  const rows = byRun(deeds).map(({ at, host, run, by, did, kinds }) => [
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

/** A run tells the journal of a machine each time it sends something: here that is one. */
function byRun(deeds: readonly Told[]): readonly Told[] {
  const runs = new Map<string, Told[]>()
  for (const deed of deeds) {
    const key = JSON.stringify([deed.host, deed.run, deed.did])
    runs.set(key, [...(runs.get(key) ?? []), deed])
  }
  return [...runs.values()].flatMap((all) => {
    const [first] = all
    const kinds = new Set(all.flatMap((one) => one.kinds.split(', ').filter((kind) => kind !== '')))
    return first ? [{ ...first, kinds: [...kinds].join(', ') }] : []
  })
}
