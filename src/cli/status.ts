import type { Command } from 'commander'
import { type StatusFlags, withConnection, withInventory } from './options.ts'

/** `understudy status`: who holds each VIP, who is well, who gets how many connections. */
export function declareStatus(program: Command): void {
  const command = program
    .command('status')
    .description('who holds each VIP, who is well, who gets how many connections')
    .option('-w, --watch', 'look again every second, until Ctrl-C')
    .option('--json', 'one JSON object for each cluster')
  withConnection(withInventory(command)).action(async (flags: StatusFlags) => {
    const { status } = await import('./looking.ts')
    process.exitCode = await status(flags)
  })
}
