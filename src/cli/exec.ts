import type { Command } from 'commander'
import { statusOfPlan, statusOfRun } from './exit.ts'
import { connectionGiven, inventoryGiven, lockingGiven, permissionGiven } from './given.ts'
import {
  type ConnectionFlags,
  type InventoryFlags,
  type LockingFlags,
  type PermissionFlags,
  type ReportFlags,
  withConnection,
  withDebug,
  withForeignModules,
  withInventory,
  withLocking,
  withPermission,
  withReport,
} from './options.ts'

interface Flags extends InventoryFlags, ConnectionFlags, LockingFlags, ReportFlags, PermissionFlags {
  readonly module: string
  readonly args: string
  readonly check?: boolean
  readonly foreignModules?: boolean
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
  withDebug(
    withReport(withForeignModules(withPermission(withConnection(withInventory(withLocking(command)))))),
  ).action(async (hosts: string, flags: Flags) => {
    const { exec, planExec } = await import('../operations/exec.ts')
    const { reported } = await import('./reported.ts')
    process.exitCode = await reported(
      flags,
      { diff: flags.check === true, output: true },
      async (following) => {
        const given = {
          ...inventoryGiven(flags),
          ...connectionGiven(flags, following.signal),
          ...lockingGiven(flags),
          ...following,
          ...permissionGiven(flags, following),
          hosts,
          kind: flags.module,
          fields: flags.args,
          foreignModules: flags.foreignModules,
        }
        return flags.check ? statusOfPlan(await planExec(given)) : statusOfRun(await exec(given))
      },
    )
  })
}
