import type { Command } from 'commander'
import { type VerifyFlags, withConnection, withInventory, withReport } from './options.ts'

/** `understudy verify`: read-only proofs over the whole cluster. */
export function declareVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('prove, without changing anything, that the cluster does what it should')
  withReport(withConnection(withInventory(command))).action(async (flags: VerifyFlags) => {
    const { verify } = await import('./verification.ts')
    process.exitCode = await verify(flags)
  })
}
