import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { eachText } from '../report/redaction.ts'
import { exitStatus } from './exit.ts'
import { connectionGiven, inventoryGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import { type ConnectionFlags, type InventoryFlags, withConnection, withInventory } from './options.ts'
import type { Secrecy } from './secretively.ts'

interface Flags extends InventoryFlags, ConnectionFlags {
  readonly watch?: boolean
  readonly json?: boolean
}

/** `understudy status`: who holds each VIP, who is well, who gets how many connections. */
export function declareStatus(program: Command): void {
  const command = program
    .command('status')
    .description('who holds each VIP, who is well, who gets how many connections')
    .option('-w, --watch', 'look again every second, until Ctrl-C')
    .option('--json', 'one JSON object for each cluster')
  withConnection(withInventory(command)).action(async (flags: Flags) => {
    const { secretively } = await import('./secretively.ts')
    process.exitCode = await secretively((secrecy) => shown(flags, secrecy))
  })
}

/** Shows every cluster of the inventory, once or every second; returns the exit status. */
async function shown(flags: Flags, { redact, onSecrets }: Secrecy): Promise<number> {
  const { watchStatus } = await import('../operations/status.ts')
  const { isWell, statusLines } = await import('../report/status.ts')
  const { paintFor } = await import('../report/paint.ts')
  const { lastDrills } = await import('./drill-records.ts')
  const given = { ...inventoryGiven(flags), onSecrets }
  const paint = paintFor(process.stdout.isTTY === true, process.env)
  const { signal, release } = onInterrupt()
  try {
    for await (const seen of watchStatus({ ...given, ...connectionGiven(flags, signal), signal })) {
      const found = eachText(seen, redact)
      const drills = await Promise.all(found.map(({ cluster }) => lastDrills(given.inventory, cluster)))
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
    return exitStatus.interrupted
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
