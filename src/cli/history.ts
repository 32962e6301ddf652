import type { Command } from 'commander'
import { exitStatus, statusOf } from './exit.ts'
import { connectionGiven, inventoryGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import {
  type ConnectionFlags,
  type InventoryFlags,
  wholeNumber,
  withConnection,
  withInventory,
} from './options.ts'
import { showFailure } from './show-failure.ts'

interface Flags extends InventoryFlags, ConnectionFlags {
  readonly lines: number
  readonly json?: boolean
}

/** `understudy history`: who did what to the machines, as their journals tell. */
export function declareHistory(program: Command): void {
  const command = program
    .command('history')
    .description('who applied, drilled or handed over what, from the journals of the machines')
    .option('-n, --lines <number>', 'entries of each machine at most', wholeNumber(10_000), 100)
    .option('--json', 'one JSON object for each entry')
  withConnection(withInventory(command)).action(async (flags: Flags) => {
    const { history } = await import('../operations/history.ts')
    const { historyLines } = await import('../report/history.ts')
    const { signal, release } = onInterrupt()
    try {
      const given = { ...inventoryGiven(flags), ...connectionGiven(flags, signal) }
      const { deeds, failures } = await history({ ...given, most: flags.lines, signal })
      const lines = flags.json ? deeds.map((deed) => JSON.stringify(deed)) : historyLines(deeds)
      for (const line of lines) process.stdout.write(`${line}\n`)
      for (const { failure } of failures) showFailure(failure)
      const [first] = failures
      process.exitCode = first ? statusOf(first.failure.code) : exitStatus.fine
    } finally {
      release()
    }
  })
}
