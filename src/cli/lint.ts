import type { Command } from 'commander'
import { type Failure, InvalidInput, withRule } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import { visible } from '../report/redaction.ts'
import { statusOf } from './exit.ts'
import { inventoryIfAny } from './given.ts'
import { type InventoryFlags, withForeignModules, withInventory } from './options.ts'
import { choosePlaybook } from './places.ts'

type Flags = InventoryFlags & { readonly foreignModules?: boolean; readonly explain?: string }

/** `understudy lint`: everything that can be found out without asking any host. */
export function declareLint(program: Command): void {
  const command = program
    .command('lint')
    .description(
      'check inventory, playbook and templates without asking any host; without an inventory, the playbook alone',
    )
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .option('--explain <id>', 'tell why there is a rule, and where that can be read; check nothing')
  withForeignModules(withInventory(command)).action(async (named: string | undefined, flags: Flags) => {
    if (flags.explain !== undefined) return explainRule(flags.explain)
    const { lint } = await import('../operations/lint.ts')
    const { secretively } = await import('./secretively.ts')
    const given = inventoryIfAny(flags)
    await secretively(async ({ onSecrets, redact }) => {
      try {
        const { warnings, hosts, clusters, plays, tasks } = await lint({
          ...given,
          onSecrets,
          playbook: choosePlaybook(named),
          foreignModules: flags.foreignModules,
        })
        for (const { origin, ...warning } of warnings)
          process.stdout.write(
            `${origin ? `${showOrigin(origin)}: ` : ''}warning: ${redact(withRule(warning))}\n`,
          )
        const found = warnings.length === 0 ? 'nothing to complain about' : `${warnings.length} doubtful`
        const machines =
          given.inventory.length === 0 ? [] : [count(hosts, 'host'), count(clusters, 'cluster')]
        const parts = [...machines, count(plays, 'play'), count(tasks, 'task')].join(', ')
        const alone = given.inventory.length === 0 ? '; hosts are unknown without an inventory' : ''
        process.stdout.write(`${parts}: ${found}${alone}\n`)
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        for (const problem of error.problems) process.stderr.write(`${visible(redact(inOneLine(problem)))}\n`)
        process.stderr.write(`${count(error.problems.length, 'problem')}: nothing of this is run\n`)
        process.exitCode = statusOf(error.code)
      }
    })
  })
}

async function explainRule(id: string): Promise<void> {
  const { lintRule } = await import('../operations/rules.ts')
  const { severity, reason, source } = lintRule(id)
  process.stdout.write(`${id} (${severity})\n  ${reason}\n  Source: ${source}\n`)
}

/** Place, what is wrong, and what to do, as tools read it line by line. */
function inOneLine({ message, rule, where: { origin }, next }: Failure): string {
  const text = `${origin ? `${showOrigin(origin)}: ` : ''}${withRule({ message, rule })}${next === undefined ? '' : ` → ${next}`}`
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
