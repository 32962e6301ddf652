import type { Command } from 'commander'
import { type PlayFlags, withInventory } from './options.ts'

/** `understudy lint`: everything that can be found out without asking any host. */
export function declareLint(program: Command): void {
  const command = program
    .command('lint')
    .description('check inventory, playbook and templates without asking any host')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
  withInventory(command).action(async (playbook: string | undefined, flags: PlayFlags) => {
    const { loadIntent } = await import('../config/index.ts')
    const { showOrigin } = await import('../model/origin.ts')
    const { chooseInventory, choosePlaybook, packageRoot } = await import('./places.ts')
    const intent = await loadIntent({
      inventory: chooseInventory(flags.inventory),
      playbook: choosePlaybook(playbook),
      limit: flags.limit,
      tags: [],
      skipTags: [],
      extraVars: flags.extraVars ?? [],
      packageRoot,
    })
    for (const { message, origin } of intent.warnings)
      process.stdout.write(`${origin ? `${showOrigin(origin)}: ` : ''}warning: ${message}\n`)
    const tasks = intent.plays.reduce(
      (sum, play) => sum + Math.max(0, ...[...play.tasks.values()].map(({ length }) => length)),
      0,
    )
    const found =
      intent.warnings.length === 0 ? 'nothing to complain about' : `${intent.warnings.length} doubtful`
    process.stdout.write(
      `${count(intent.machines.size, 'host')}, ${count(intent.clusters.length, 'cluster')}, ${count(intent.plays.length, 'play')}, ${count(tasks, 'task')}: ${found}\n`,
    )
  })
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
