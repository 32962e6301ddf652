import type { Command } from 'commander'
import { statusOfPlan } from './exit.ts'
import { runGiven } from './given.ts'
import {
  type PlayFlags,
  withConnection,
  withDebug,
  withExplanations,
  withForeignModules,
  withImpact,
  withInventory,
  withReport,
  withTags,
} from './options.ts'

interface Flags extends PlayFlags {
  readonly out?: string
}

/** `understudy plan`: shows what `apply` would do, and does nothing. */
export function declarePlan(program: Command): void {
  const command = program
    .command('plan')
    .description('show what would change, without changing anything')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .option('--out <file>', 'keep the plan in this file: apply does what it says, and nothing else')
  const playing = withImpact(withForeignModules(withTags(withConnection(withInventory(command)))))
  withDebug(withExplanations(withReport(playing))).action(async (playbook, flags: Flags) => {
    process.exitCode = await showPlan(playbook, flags)
  })
}

/** Shows a plan; returns the exit status. */
export async function showPlan(playbook: string | undefined, flags: Flags): Promise<number> {
  const { plan } = await import('../operations/plan.ts')
  const { reported } = await import('./reported.ts')
  return reported(flags, { diff: true, output: false }, async (following) =>
    statusOfPlan(await plan({ ...runGiven(playbook, flags, following), out: flags.out })),
  )
}
