import type { Command } from 'commander'
import { quote } from '../shell/quote.ts'
import { exitStatus } from './exit.ts'
import { connectionGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import { type ConnectionFlags, several, withConnection } from './options.ts'
import { settingsGiven } from './settings.ts'

interface Flags extends ConnectionFlags {
  readonly inventory?: readonly string[]
  readonly output: string
  readonly name: string
  readonly user?: string
}

/** `understudy adopt`: writes the inventory of a cluster that somebody made by hand. */
export function declareAdopt(program: Command): void {
  const command = program
    .command('adopt')
    .description(
      'read machines that somebody configured by hand, and write their inventory; changes nothing there',
    )
    .argument(
      '<host...>',
      'all directors, and realservers that are to keep their names: of an inventory, addresses, or names ssh knows',
    )
    .option(
      '-i, --inventory <path>',
      'inventory in which the hosts are looked for first; may be given several times',
      several,
    )
    .option('-o, --output <directory>', 'where to write hosts.yaml and site.yaml', 'cluster')
    .option('--name <name>', 'name of the cluster', 'web')
    .option('--user <name>', 'user to log in as')
  withConnection(command).action(async (hosts: readonly string[], flags: Flags) => {
    process.exitCode = await written(hosts, flags)
  })
}

async function written(hosts: readonly string[], flags: Flags): Promise<number> {
  const { adopt } = await import('../operations/adopt.ts')
  const { signal, release } = onInterrupt()
  try {
    const { inventory, playbook, files, contradictions, remarks, problems, warnings } = await adopt({
      ...connectionGiven(flags, signal),
      hosts,
      directory: flags.output,
      name: flags.name,
      user: flags.user,
      settings: settingsGiven(),
      signal,
      ...(flags.inventory ? { inventory: flags.inventory } : {}),
    })
    for (const [host, paths] of files) print(`${host}: read ${paths.join(', ')}`)
    for (const remark of remarks) print(`note: ${remark}`)
    for (const warning of warnings) print(`warning: ${warning}`)
    for (const contradiction of contradictions) print(`contradiction: ${contradiction}`)
    for (const problem of problems) print(`error: ${problem}`)
    if (problems.length > 0 || contradictions.length > 0) {
      print(`${inventory} and ${playbook} are written; ${inventory} is yours to mend.`)
      return exitStatus.invalidInput
    }
    print(
      `${inventory} and ${playbook} are written and make sense. Nothing was changed on the machines; see what would differ:`,
    )
    print(`  → understudy plan -i ${quote(inventory)} ${quote(playbook)} --diff`)
    return exitStatus.fine
  } finally {
    release()
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
