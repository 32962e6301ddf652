import type { Command } from 'commander'
import { type PlayFlags, withConnection, withInventory, withReport, withTags } from './options.ts'

/** `understudy plan`: shows what `apply` would do, and does nothing. */
export function declarePlan(program: Command): void {
  const command = program
    .command('plan')
    .description('show what would change, without changing anything')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
  withReport(withTags(withConnection(withInventory(command)))).action(async (playbook, flags: PlayFlags) => {
    const { runPlaybook } = await import('./playbook.ts')
    process.exitCode = await runPlaybook('plan', playbook, flags)
  })
}
