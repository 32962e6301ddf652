import type { Command } from 'commander'
import { statusOfRun } from './exit.ts'
import { hostsGiven } from './given.ts'
import { type HostsFlags, type ReportFlags, withDebug, withHosts, withReport } from './options.ts'

interface Flags extends HostsFlags, ReportFlags {
  readonly list?: boolean
  readonly run?: string
}

/** `understudy rollback`: takes machines back to what they were before a run. */
export function declareRollback(program: Command): void {
  const command = program
    .command('rollback')
    .description('take machines back to what they were before the last apply that changed them')
    .argument('[hosts]', 'pattern of hosts: a:b, &c, !d, globs', 'all')
    .option('--list', 'only show which run each machine can be taken back before')
    .option('--run <name>', 'the run, as history shows it; the last one where absent')
  withDebug(withReport(withHosts(command))).action(async (hosts: string, flags: Flags) => {
    const { formerRuns, rollback } = await import('../operations/rollback.ts')
    const { reported } = await import('./reported.ts')
    process.exitCode = await reported(flags, { diff: false, output: true }, async (following) => {
      const given = hostsGiven(flags, following, hosts)
      return statusOfRun(
        flags.list
          ? (await formerRuns(given)).result
          : await rollback({ ...given, ...(flags.run === undefined ? {} : { run: flags.run }) }),
      )
    })
  })
}
