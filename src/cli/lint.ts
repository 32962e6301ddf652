import type { Command } from 'commander'
import { showOrigin } from '../model/origin.ts'
import { inventoryGiven } from './given.ts'
import { type InventoryFlags, withInventory } from './options.ts'
import { choosePlaybook } from './places.ts'

/** `understudy lint`: everything that can be found out without asking any host. */
export function declareLint(program: Command): void {
  const command = program
    .command('lint')
    .description('check inventory, playbook and templates without asking any host')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
  withInventory(command).action(async (playbook: string | undefined, flags: InventoryFlags) => {
    const { lint } = await import('../operations/lint.ts')
    const { secretively } = await import('./secretively.ts')
    const { warnings, hosts, clusters, plays, tasks } = await secretively(async ({ onSecrets, redact }) => {
      const result = await lint({
        ...inventoryGiven(flags),
        onSecrets,
        playbook: choosePlaybook(playbook),
      })
      for (const { message, origin } of result.warnings)
        process.stdout.write(`${origin ? `${showOrigin(origin)}: ` : ''}warning: ${redact(message)}\n`)
      return result
    })
    const found = warnings.length === 0 ? 'nothing to complain about' : `${warnings.length} doubtful`
    process.stdout.write(
      `${count(hosts, 'host')}, ${count(clusters, 'cluster')}, ${count(plays, 'play')}, ${count(tasks, 'task')}: ${found}\n`,
    )
  })
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
