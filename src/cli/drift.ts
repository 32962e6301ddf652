import type { Command } from 'commander'
import { exitStatus } from './exit.ts'
import { runGiven } from './given.ts'
import {
  type PlayFlags,
  withConnection,
  withDebug,
  withForeignModules,
  withInventory,
  withReport,
  withTags,
} from './options.ts'
import { showFailure } from './show-failure.ts'

/** `understudy drift`: a plan for cron. */
export function declareDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('look for what is not as the playbook says, and who changed it: for cron')
    .argument('[playbook]', 'playbook; ./site.yaml or the one that comes with understudy where absent')
  withDebug(withReport(withForeignModules(withTags(withConnection(withInventory(command)))))).action(
    async (playbook: string | undefined, flags: PlayFlags) => {
      process.exitCode = await lookForDrift(playbook, flags)
    },
  )
}

/** None is 0, drift is 2, and whatever keeps it from telling is 1, so that cron need know no other. */
async function lookForDrift(playbook: string | undefined, flags: PlayFlags): Promise<number> {
  const { drift } = await import('../operations/drift.ts')
  const { reported } = await import('./reported.ts')
  try {
    const status = await reported(flags, { diff: false, output: false }, async (following) => {
      const { failures, interrupted, drift: found } = await drift(runGiven(playbook, flags, following))
      if (interrupted) return exitStatus.interrupted
      if (failures.length > 0) return exitStatus.stepFailed
      return found.length > 0 ? exitStatus.changesPending : exitStatus.fine
    })
    const isPlain = [exitStatus.fine, exitStatus.changesPending, exitStatus.interrupted].some(
      (one) => one === status,
    )
    return isPlain ? status : exitStatus.stepFailed
  } catch (error) {
    return showFailure(error) === exitStatus.interrupted ? exitStatus.interrupted : exitStatus.stepFailed
  }
}
