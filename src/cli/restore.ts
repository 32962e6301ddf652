import type { Command } from 'commander'
import { statusOfRun } from './exit.ts'
import { hostsGiven } from './given.ts'
import { type HostsFlags, type ReportFlags, withDebug, withHosts, withReport } from './options.ts'

interface Flags extends HostsFlags, ReportFlags {
  readonly list?: boolean
  readonly version?: string
}

/** `understudy restore`: puts back a file that an earlier run replaced. */
export function declareRestore(program: Command): void {
  const command = program
    .command('restore')
    .description('put back a file as it was before an earlier run replaced it')
    .argument('<hosts>', 'pattern of hosts: a:b, &c, !d, globs')
    .argument('<path>', 'the file, as it is called on the hosts')
    .option('--list', 'only show which versions are kept')
    .option('--version <name>', 'the version, or the beginning of its name; the newest where absent')
  withDebug(withReport(withHosts(command))).action(async (hosts: string, path: string, flags: Flags) => {
    const { keptVersions, restore } = await import('../operations/restore.ts')
    const { reported } = await import('./reported.ts')
    process.exitCode = await reported(flags, { diff: false, output: true }, async (following) => {
      const given = { ...hostsGiven(flags, following, hosts), path }
      return statusOfRun(
        flags.list ? await keptVersions(given) : await restore({ ...given, version: flags.version }),
      )
    })
  })
}
