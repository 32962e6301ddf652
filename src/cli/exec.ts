import type { Command } from 'commander'
import { statusOfPlan, statusOfRun } from './exit.ts'
import { hostsGiven, permissionGiven } from './given.ts'
import {
  type HostsFlags,
  type PermissionFlags,
  type ReportFlags,
  withDebug,
  withForeignModules,
  withHosts,
  withPermission,
  withReport,
} from './options.ts'

interface Flags extends HostsFlags, ReportFlags, PermissionFlags {
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
  withDebug(withReport(withForeignModules(withPermission(withHosts(command))))).action(
    async (hosts: string, flags: Flags) => {
      const { exec, planExec } = await import('../operations/exec.ts')
      const { reported } = await import('./reported.ts')
      process.exitCode = await reported(
        flags,
        { diff: flags.check === true, output: true },
        async (following) => {
          const given = {
            ...hostsGiven(flags, following, hosts),
            ...permissionGiven(flags, following),
            kind: flags.module,
            fields: flags.args,
            foreignModules: flags.foreignModules,
          }
          return flags.check ? statusOfPlan(await planExec(given)) : statusOfRun(await exec(given))
        },
      )
    },
  )
}
