import { createHash } from 'node:crypto'
import { readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { DrillReport } from '../model/drill.ts'
import type { DrillRecord } from '../model/drill-record.ts'
import { makeFolder } from '../operations/folders.ts'

const stored = z.object({
  at: z.number(),
  drills: z.array(
    z.object({
      name: z.string(),
      at: z.number(),
      outage: z.number(),
      bound: z.number(),
      passed: z.boolean(),
    }),
  ),
})

/**
 * Where the drills of a cluster are remembered: in the user's state directory (XDG Base Directory Specification), by
 * the inventory's place and the cluster's name.
 */
async function fileOf(inventory: readonly string[], cluster: string): Promise<string> {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  const places = await Promise.all(inventory.map((path) => realpath(path).catch(() => path)))
  const key = createHash('sha256')
    .update(JSON.stringify([places, cluster]))
    .digest('hex')
  return join(state, 'understudy', 'drills', `${key.slice(0, 24)}.json`)
}

/** Remembers a run of drills for `understudy status`; where that is impossible, says why on standard error. */
export async function rememberDrills(
  inventory: readonly string[],
  { cluster, results }: DrillReport,
): Promise<void> {
  const last = results.at(-1)
  if (!last) return
  const record: DrillRecord = {
    at: last.startedAt,
    drills: results.map(({ name, startedAt, services, bound, passed }) => ({
      name,
      at: startedAt,
      outage: Math.max(0, ...services.map(({ felt }) => felt.longest)),
      bound: bound.milliseconds,
      passed,
    })),
  }
  try {
    const file = await fileOf(inventory, cluster)
    await makeFolder(dirname(file), 0o700)
    // A reader must never find half of it.
    await writeFile(`${file}.${process.pid}`, `${JSON.stringify(record)}\n`)
    await rename(`${file}.${process.pid}`, file)
  } catch (error) {
    process.stderr.write(
      `status will not know of these drills: ${error instanceof Error ? error.message : String(error)}\n`,
    )
  }
}

/** The last drills of a cluster; `undefined` where none are remembered. */
export async function lastDrills(
  inventory: readonly string[],
  cluster: string,
): Promise<DrillRecord | undefined> {
  try {
    const read = stored.safeParse(JSON.parse(await readFile(await fileOf(inventory, cluster), 'utf8')))
    return read.success ? read.data : undefined
  } catch {
    // Never drilled by this user, or the file is of no use: to the reader it is the same.
    return undefined
  }
}
