import type { Command } from 'commander'
import { carryOutDrills, checkNames } from './drill.ts'
import { statusOfRun } from './exit.ts'
import { commaSeparated, lockingGiven, runGiven } from './given.ts'
import {
  type LockingFlags,
  type PlayFlags,
  withConnection,
  withDebug,
  withForeignModules,
  withInventory,
  withLocking,
  withPermission,
  withReport,
  withTags,
} from './options.ts'
import { showPlan } from './plan.ts'

interface Flags extends PlayFlags, LockingFlags {
  readonly check?: boolean
  readonly verify: boolean
  /** Names of drills to carry out afterwards, with commas between. */
  readonly drill?: string
}

/** `understudy apply`: closes the difference, then proves the cluster. */
export function declareApply(program: Command): void {
  const command = program
    .command('apply')
    .description('make the hosts what the playbook says, then verify the cluster')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
    .option('-C, --check', 'the same as plan')
    .option('--no-verify', 'do not verify the cluster afterwards')
    .option('--drill <names>', 'then break the cluster in these ways and measure, see drill --list: a,b')
  const playing = withForeignModules(
    withTags(withPermission(withConnection(withInventory(withLocking(command))))),
  )
  withDebug(withReport(playing)).action(async (playbook, given: Flags) => {
    const flags: Flags = { ...given, told: new Map() }
    const drills = flags.drill === undefined ? undefined : commaSeparated([flags.drill])
    // Nobody wants to learn of a wrong name, or be asked, when all is done.
    const mayDisrupt = drills && (await checkNames(drills, flags, !flags.check))
    const status = flags.check ? await showPlan(playbook, flags) : await applied(playbook, flags)
    process.exitCode = status
    if (status !== 0 || flags.check || drills === undefined) return
    // Whoever names drills here has agreed to them.
    process.exitCode = await carryOutDrills(drills, { ...flags, mayDisrupt, yes: true, interval: 10 })
  })
}

async function applied(playbook: string | undefined, flags: Flags): Promise<number> {
  const { apply } = await import('../operations/apply.ts')
  const { reported } = await import('./reported.ts')
  return reported(flags, { diff: false, output: false }, async (following) =>
    statusOfRun(
      await apply({ ...runGiven(playbook, flags, following), ...lockingGiven(flags), verify: flags.verify }),
    ),
  )
}
