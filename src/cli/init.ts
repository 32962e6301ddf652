import type { Command } from 'commander'
import { type InitFlags, withConnection } from './options.ts'

/** `understudy init`: writes an inventory and a playbook for one of the architectures that come along. */
export function declareInit(program: Command): void {
  const command = program
    .command('init')
    .description('write an inventory and a playbook; asks for what the flags do not say')
    .argument('[directory]', 'where to write them', 'cluster')
    .option('--architecture <name>', 'one of those under inventories/, such as lvs-dr')
    .option('--directors <hosts>', 'addresses of the directors: 10.0.0.11,10.0.0.12')
    .option('--realservers <hosts>', 'addresses of the realservers')
    .option('--vips <addresses>', 'free addresses that clients will use')
    .option('--nfs <host>', 'address of the machine with the pages, where the architecture has one')
    .option('--user <name>', 'user to log in as')
    .option('--no-connect', 'do not ask the directors for the interface of the VIPs')
  withConnection(command).action(async (directory: string, flags: InitFlags) => {
    const { init } = await import('./initialising.ts')
    process.exitCode = await init(directory, flags)
  })
}
