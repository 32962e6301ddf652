import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** What is done on machines. */
export const works = ['rerun', 'dry-run', 'first', 'fleet'] as const

/** One of the works. */
export type Work = (typeof works)[number]

const figure = z.number()

const rowSchema = z.strictObject({
  work: z.enum([...works, 'startup']),
  /** Who did it; for `startup` the command. */
  who: z.string(),
  /** Machines, or addresses of one; 0 for `startup`. */
  hosts: z.int(),
  /** Runs of which each figure is the median. */
  runs: z.int(),
  wall: figure,
  controller: figure,
  targets: figure,
  memory: figure.optional(),
  packets: figure,
  connections: figure,
  /** Programs sent to a host one after the other; where they are known. */
  trips: figure.optional(),
  at: z.string(),
})

const resultSchema = z.strictObject({
  /** What the machine says of itself, and versions of what took part. */
  machine: z.record(z.string(), z.string()),
  absent: z.array(z.string()),
  rows: z.array(rowSchema),
})

/** The medians of one work by one contender. */
export type Row = z.infer<typeof rowSchema>

/** What is stored of the bench. */
export type Result = z.infer<typeof resultSchema>

/** What was stored last; undefined before the first run. */
export function readResult(path: string): Result | undefined {
  if (!existsSync(path)) return undefined
  return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** Stores a result; one row a line, so that changes of it can be read. */
export function writeResult(path: string, result: Result): void {
  const rows = result.rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
  const head = JSON.stringify({ machine: result.machine, absent: result.absent }, undefined, 2)
  writeFileSync(path, `${head.slice(0, -2)},\n  "rows": [\n${rows}\n  ]\n}\n`)
}

/** What was measured now, with what an earlier run on the same machine measured and this one did not. */
export function joined(last: Result | undefined, now: Result): Result {
  const same = last !== undefined && JSON.stringify(last.machine) === JSON.stringify(now.machine)
  if (!same) return now
  const kept = last.rows.filter((row) => rowOf(now, row.work, row.who, row.hosts) === undefined)
  return { ...now, rows: ordered([...kept, ...now.rows]) }
}

function ordered(rows: readonly Row[]): Row[] {
  const place = ({ work }: Row) => (work === 'startup' ? -1 : works.indexOf(work))
  return rows.toSorted((a, b) => place(a) - place(b) || a.hosts - b.hosts)
}

/** The row of one work, if it was measured. */
export function rowOf(result: Result, work: Row['work'], who: string, hosts: number): Row | undefined {
  return result.rows.find((row) => row.work === work && row.who === who && row.hosts === hosts)
}
