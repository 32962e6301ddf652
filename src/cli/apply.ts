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
    .option('--drill <names>', 'then break the cluster in these ways and measure, see drill --list: a,b')
  withReport(withTags(withConnection(withInventory(command)))).action(async (playbook, flags: PlayFlags) => {
    const { runPlaybook } = await import('./playbook.ts')
    const status = await runPlaybook(flags.check ? 'plan' : 'apply', playbook, flags)
    process.exitCode = status
    if (status !== 0 || flags.check || flags.drill === undefined) return
    const { drill } = await import('./drilling.ts')
    // Whoever names drills here has agreed to them.
    process.exitCode = await drill(flags.drill.split(','), { ...flags, yes: true, interval: 10 })
  })
}
