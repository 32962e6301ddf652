import type { Command } from 'commander'
import { type PlayFlags, withConnection, withInventory, withReport, withTags } from './options.ts'

/** `understudy apply`: closes the difference, then proves the cluster. */
export function declareApply(program: Command): void {
  const command = program
    .command('apply')
    .description('make the hosts what the playbook says, then verify the cluster')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .option('-C, --check', 'the same as plan')
    .option('--no-verify', 'do not verify the cluster afterwards')
  withReport(withTags(withConnection(withInventory(command)))).action(async (playbook, flags: PlayFlags) => {
    const { runPlaybook } = await import('./playbook.ts')
    process.exitCode = await runPlaybook(flags.check ? 'plan' : 'apply', playbook, flags)
  })
}
