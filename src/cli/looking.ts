import { setTimeout as pause } from 'node:timers/promises'
import { paintFor } from '../report/paint.ts'
import { isWell, statusLines } from '../report/status.ts'
import { statusOf } from '../verify/status.ts'
import { connector } from './connector.ts'
import { describedClusters } from './described.ts'
import { lastDrills } from './drill-records.ts'
import { exitStatus } from './exit.ts'
import { onInterrupt } from './interrupt.ts'
import type { StatusFlags } from './options.ts'
import { chooseInventory } from './places.ts'
import { sessionPool } from './sessions.ts'

/** Milliseconds after which a watched machine that does not answer is shown as such: the others go on. */
const patience = 3000

/** Shows every cluster of the inventory, once or every second; returns the exit status. */
export async function status(flags: StatusFlags): Promise<number> {
  const { clusters, machines } = await describedClusters(flags)
  const inventory = chooseInventory(flags.inventory)
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  const paint = paintFor(process.stdout.isTTY === true, process.env)
  try {
    await using pool = sessionPool(machines, connect.open, signal)
    for (let round = 0; ; round++) {
      const found = await Promise.all(
        clusters.map((cluster) =>
          statusOf(cluster, {
            session: (host) => pool.session(host),
            signal,
            // Connecting for the first time takes as long as it takes.
            ...(round > 0 ? { patience } : {}),
          }),
        ),
      )
      const drills = await Promise.all(found.map(({ cluster }) => lastDrills(inventory, cluster)))
      if (flags.json)
        process.stdout.write(
          found
            .map((one, index) => `${JSON.stringify({ ...one, lastDrill: drills[index] ?? null })}\n`)
            .join(''),
        )
      else
        show(
          found.flatMap((one, index) =>
            statusLines(one, {
              paint,
              columns: process.stdout.columns ?? Number.POSITIVE_INFINITY,
              now: Date.now(),
              lastDrill: drills[index],
            }),
          ),
          flags.watch === true && process.stdout.isTTY === true,
        )
      if (!flags.watch) return found.every(isWell) ? exitStatus.fine : exitStatus.notProven
      await pause(1000, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted) return exitStatus.interrupted
    throw error
  } finally {
    release()
  }
}

/** Line over line on a terminal that watches, so that nothing flickers. */
function show(lines: readonly string[], over: boolean): void {
  if (!over) return void process.stdout.write(`${lines.join('\n')}\n`)
  const seen = lines.slice(0, (process.stdout.rows ?? lines.length + 1) - 1)
  const time = new Date().toISOString().slice(11, 19)
  const footer = `${time} UTC, every second; Ctrl-C ends`
  process.stdout.write(`\u001b[H${[...seen, footer].map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`)
}
