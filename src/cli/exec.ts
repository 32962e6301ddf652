import type { Command } from 'commander'
import { type PlayFlags, withConnection, withInventory, withReport } from './options.ts'

interface Flags extends PlayFlags {
  readonly module: string
  readonly args: string
}

/** `understudy exec`: one thing on some hosts, without a playbook. */
export function declareExec(program: Command): void {
  const command = program
    .command('exec')
    .description('do one thing on some hosts, without a playbook')
    .argument('<hosts>', 'pattern of hosts: a:b, &c, !d, globs')
    .option(
      '-m, --module <kind>',
      'kind of thing, as in a task: package, copy, service, user, group, shell',
      'command',
    )
    .option('-a, --args <fields>', 'its fields: name=value …; for command and shell the command itself', '')
    .option('-C, --check', 'only show what would be done')
  withReport(withConnection(withInventory(command))).action(async (hosts: string, flags: Flags) => {
    const { runIntent } = await import('./playbook.ts')
    const { inItsFormat } = await import('./in-its-format.ts')
    const { loadAdHoc } = await import('../config/index.ts')
    const { chooseInventory, packageRoot } = await import('./places.ts')
    const load = () =>
      loadAdHoc({
        inventory: chooseInventory(flags.inventory),
        limit: flags.limit,
        extraVars: flags.extraVars ?? [],
        become: flags.become,
        packageRoot,
        hosts,
        kind: flags.module,
        fields: flags.args,
        directory: process.cwd(),
      })
    const shown = { ...flags, verify: false, output: true }
    process.exitCode = await inItsFormat(flags, () => runIntent(flags.check ? 'plan' : 'apply', load, shown))
  })
}
