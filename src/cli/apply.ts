import type { Command } from 'commander'
import { Failure } from '../model/failure.ts'
import { carryOutDrills, checkNames } from './drill.ts'
import { statusOfRun } from './exit.ts'
import { commaSeparated, lockingGiven, runGiven } from './given.ts'
import {
  type LockingFlags,
  type PlayFlags,
  withConnection,
  withDebug,
  withExplanations,
  withForeignModules,
  withImpact,
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
  readonly rollback?: boolean
  readonly resume?: boolean
  readonly step?: boolean
  /** Names of drills to carry out afterwards, with commas between. */
  readonly drill?: string
}

/** `understudy apply`: closes the difference, then proves the cluster. */
export function declareApply(program: Command): void {
  const command = program
    .command('apply')
    .description(
      'make the hosts what the playbook says, or do what a kept plan says, then verify the cluster',
    )
    .argument(
      '[playbook]',
      'playbook, or plan that --out kept; ./site.yaml or the playbook that comes with understudy where absent',
    )
    .option('-C, --check', 'the same as plan')
    .option(
      '--rollback',
      'where anything fails, take all machines that were changed back to what they were before',
    )
    .option(
      '--resume',
      'go on with the last apply of these machines, which failed or was cut off: what had ended is not done again',
    )
    .option(
      '--step',
      'ask at the terminal before each change: make it, leave it out, show it, or look at the machine',
    )
    .option('--no-verify', 'do not verify the cluster afterwards')
    .option('--drill <names>', 'then break the cluster in these ways and measure, see drill --list: a,b')
  const playing = withImpact(
    withForeignModules(withTags(withPermission(withConnection(withInventory(withLocking(command)))))),
  )
  withDebug(withExplanations(withReport(playing))).action(
    async (playbook: string | undefined, given: Flags) => {
      const { inItsFormat } = await import('./in-its-format.ts')
      process.exitCode = await inItsFormat(given, () => carryOut(playbook, { ...given, told: new Map() }))
    },
  )
}

async function carryOut(playbook: string | undefined, given: Flags): Promise<number> {
  if (given.resume && given.check)
    throw new Failure('INVALID_INPUT', '--resume goes on with a run, and --check would only show a plan', {
      next: 'leave one of them out',
    })
  if (given.step && !given.check) checkTerminal()
  const kept = playbook === undefined ? undefined : await flagsOfPlan(playbook, given)
  const flags = kept ?? given
  const drills = flags.drill === undefined ? undefined : commaSeparated([flags.drill])
  // Nobody wants to learn of a wrong name, or be asked, when all is done.
  const mayDisrupt = drills && (await checkNames(drills, flags, !flags.check))
  const status = flags.check
    ? await showPlan(playbook, flags)
    : await applied(playbook, flags, kept !== undefined)
  if (status !== 0 || flags.check || drills === undefined) return status
  // Whoever names drills here has agreed to them.
  return carryOutDrills(drills, { ...flags, mayDisrupt, yes: true, interval: 10 })
}

/** The flags with which a kept plan was made; `undefined` where this is a playbook. Throws INVALID_INPUT where it is broken. */
async function flagsOfPlan(path: string, given: Flags): Promise<Flags | undefined> {
  const { askingAgain, keptPlanIn } = await import('../operations/keeping.ts')
  const kept = keptPlanIn(path)
  if (!kept) return undefined
  if (given.resume)
    throw new Failure(
      'INVALID_INPUT',
      `${path} is a plan: machines know themselves what is left to do of it`,
      {
        next: 'leave the plan out: understudy apply --resume',
      },
    )
  if (given.check)
    throw new Failure('INVALID_INPUT', `${path} is a plan already: --check would only make another one`, {
      next: `understudy show ${path} shows it; leave the plan out to see what is to be done now`,
    })
  const { inventory, limit } = askingAgain(path, kept, inventoryNamed(given))
  return { ...given, inventory, ...(limit === undefined ? {} : { limit }) }
}

/** What flags say of the inventory, as far as they say it. */
function inventoryNamed({ inventory, limit, extraVars }: Flags) {
  return {
    ...(inventory === undefined ? {} : { inventory }),
    ...(limit === undefined ? {} : { limit }),
    ...(extraVars === undefined ? {} : { extraVars }),
  }
}

async function applied(playbook: string | undefined, flags: Flags, isPlan: boolean): Promise<number> {
  const { apply, applyPlan } = await import('../operations/apply.ts')
  const { reported } = await import('./reported.ts')
  const step = flags.step ? await import('./step.ts') : undefined
  return reported(flags, { diff: false, output: false }, async (following) => {
    const options = {
      ...runGiven(isPlan ? undefined : playbook, flags, following),
      ...lockingGiven(flags),
      verify: flags.verify,
      rollback: flags.rollback ?? false,
      ...(step ? { atStep: step.steppingAtTerminal(following, flags) } : {}),
    }
    if (flags.resume) {
      const { resume } = await import('../operations/resume.ts')
      const { tags, skipTags } = {
        tags: commaSeparated(flags.tags),
        skipTags: commaSeparated(flags.skipTags),
      }
      return statusOfRun(
        await resume({ ...options, playbook, tags, skipTags, namesInventory: flags.inventory !== undefined }),
      )
    }
    return statusOfRun(
      isPlan && playbook !== undefined
        ? await applyPlan({ ...options, plan: playbook })
        : await apply(options),
    )
  })
}

/** Throws INVALID_INPUT where nobody can be asked: a run that nobody watches is to fail before it begins. */
function checkTerminal(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return
  throw new Failure('INVALID_INPUT', '--step asks at a terminal, and there is none', {
    next: 'leave it out, or keep a plan to look at: understudy plan --out',
  })
}
