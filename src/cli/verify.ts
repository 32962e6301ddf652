import type { Command } from 'commander'
import { statusOfProofs } from './exit.ts'
import { connectionGiven, inventoryGiven } from './given.ts'
import {
  type ConnectionFlags,
  type InventoryFlags,
  type ReportFlags,
  someOf,
  withConnection,
  withInventory,
  withReport,
} from './options.ts'

type Flags = InventoryFlags & ConnectionFlags & ReportFlags & { readonly wait?: number }

/** `understudy verify`: read-only proofs over the whole cluster. */
export function declareVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('prove, without changing anything, that the cluster does what it should')
    .option(
      '--wait <seconds>',
      'time for what fails to settle, 0 looks once; as long as VRRP and health checks need where absent',
      someOf('seconds'),
    )
  withReport(withConnection(withInventory(command))).action(async (flags: Flags) => {
    const { verify } = await import('../operations/verify.ts')
    const { reported } = await import('./reported.ts')
    process.exitCode = await reported(flags, { diff: false, output: false }, async (following) =>
      statusOfProofs(
        await verify({
          ...inventoryGiven(flags),
          ...connectionGiven(flags, following.signal),
          ...following,
          wait: flags.wait,
        }),
      ),
    )
  })
}
