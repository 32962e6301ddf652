import type { Command } from 'commander'
import { type HandoverFlags, several, wholeNumber, withConnection, withInventory } from './options.ts'

/** `understudy handover`: a planned change of the holder, measured like a drill. */
export function declareHandover(program: Command): void {
  const command = program
    .command('handover')
    .description('hand VIPs to another director in order, and measure what a client feels')
    .argument('[director]', 'who shall hold them; it keeps them until they are handed back')
    .option('--back', 'hand them back to their owners')
    .option('--vip <address>', 'only this VIP or VRRP instance; may be given several times', several)
    .option('-y, --yes', 'do not ask before')
    .option('--max-outage <ms>', 'what a client may feel at most, instead of the computed bound', wholeNumber)
    .option('--interval <ms>', 'time between two requests', wholeNumber, 10)
    .option('--report <file>', 'write a page with everything that was seen: one file, no network needed')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withInventory(command)).action(
    async (director: string | undefined, flags: HandoverFlags) => {
      const { handOver } = await import('./handing-over.ts')
      process.exitCode = await handOver(director, flags)
    },
  )
}
