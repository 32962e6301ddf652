import type { Command } from 'commander'
import { type PlayFlags, withConnection, withInventory, withReport } from './options.ts'

interface Flags extends PlayFlags {
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
  withReport(withConnection(withInventory(command))).action(
    async (hosts: string, path: string, flags: Flags) => {
      const { runIntent } = await import('./playbook.ts')
      const { inItsFormat } = await import('./in-its-format.ts')
      const { loadAdHoc } = await import('../config/index.ts')
      const { listVersions, putBack } = await import('../resources/backup.ts')
      const { chooseInventory, packageRoot } = await import('./places.ts')
      const { Failure } = await import('../model/failure.ts')
      if (!path.startsWith('/'))
        throw new Failure('INVALID_INPUT', `${path} is no path from the root`, { next: 'write /etc/…' })
      const load = () =>
        loadAdHoc({
          inventory: chooseInventory(flags.inventory),
          limit: flags.limit,
          extraVars: flags.extraVars ?? [],
          become: flags.become,
          packageRoot,
          hosts,
          kind: 'shell',
          fields: flags.list ? listVersions(path) : putBack(path, flags.version ?? ''),
          directory: process.cwd(),
        })
      const shown = { ...flags, verify: false, output: true }
      process.exitCode = await inItsFormat(flags, () => runIntent('apply', load, shown))
    },
  )
}
