import type { Command } from 'commander'
import { eachText } from '../report/redaction.ts'
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
    const { secretively } = await import('./secretively.ts')
    const { signal, release } = onInterrupt()
    try {
      await secretively(async ({ secrets, redact, onSecrets }) => {
        const given = { ...inventoryGiven(flags), ...connectionGiven(flags, signal), onSecrets }
        const { deeds, failures } = await history({ ...given, most: flags.lines, signal })
        const told = eachText(deeds, redact)
        const lines = flags.json ? told.map((deed) => JSON.stringify(deed)) : historyLines(told)
        for (const line of lines) process.stdout.write(`${line}\n`)
        for (const { failure } of failures) showFailure(failure, secrets)
        const [first] = failures
        process.exitCode = first ? statusOf(first.failure.code) : exitStatus.fine
      })
    } finally {
      release()
    }
  })
}
