import { existsSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { nothingThere } from '../model/failure.ts'
import { keepWord, packageVersion } from '../operations/places.ts'
import { declareAdopt } from './adopt.ts'
import { declareApply } from './apply.ts'
import { declareCompletion } from './completion.ts'
import { declareDeploy } from './deploy.ts'
import { declareDrift } from './drift.ts'
import { declareDrill } from './drill.ts'
import { declareExec } from './exec.ts'
import { exitStatus } from './exit.ts'
import { declareExplain } from './explain.ts'
import { declareFleet } from './fleet/fleet.ts'
import { declareWorker } from './fleet/worker.ts'
import { declareHandover } from './handover.ts'
import { declareHistory } from './history.ts'
import { declareInit } from './init.ts'
import { declareInventory } from './inventory.ts'
import { declareLab } from './lab.ts'
import { declareLint } from './lint.ts'
import { declareMonitoring } from './monitoring.ts'
import { declarePlan } from './plan.ts'
import { declareRender } from './render.ts'
import { declareRestore } from './restore.ts'
import { declareRollback } from './rollback.ts'
import { loadSettings } from './settings.ts'
import { declareShow } from './show.ts'
import { showFailure } from './show-failure.ts'
import { declareStatus } from './status.ts'
import { declareVault } from './vault.ts'
import { declareVerify } from './verify.ts'

/** The whole command line, declared but not run. */
export function commandLine(): Command {
  const program = new Command('understudy')
    .description(
      'Makes of bare Linux machines a web cluster that survives the loss of any one of them, and proves it.',
    )
    .version(packageVersion(), '-V, --version', 'print the version of understudy')
    // Behind a command `--version` is that command's own: `restore --version` names the version of a file.
    .enablePositionalOptions()
    .hook('preAction', namesInventories)
    .hook('preAction', plainSchemas)
    .hook('preAction', loadSettings)
    .exitOverride()
    .showHelpAfterError('(see --help)')

  for (const declare of [
    declarePlan,
    declareApply,
    declareShow,
    declareDrift,
    declareVerify,
    declareStatus,
    declareDeploy,
    declareDrill,
    declareHandover,
    declareHistory,
    declareExec,
    declareRestore,
    declareRollback,
    declareRender,
    declareLint,
    declareExplain,
    declareInit,
    declareAdopt,
    declareInventory,
    declareMonitoring,
    declareFleet,
    declareWorker,
    declareLab,
    declareVault,
    declareCompletion,
  ])
    declare(program)
  return program
}

/** What a finger slipped on is told at once, not after all that reads inventories was loaded. Throws INVALID_INPUT. */
function namesInventories(_: Command, command: Command): void {
  const {
    inventory = [],
    json,
    format = 'text',
  }: { inventory?: readonly string[]; json?: boolean; format?: string } = command.opts()
  const missing = inventory.find((path) => !existsSync(path))
  // Who reports to programs tells of it as of everything else, and `drift` has a status of its own for it.
  const isTold = json || command.name() === 'drift' || (command.name() === 'lint' && format !== 'text')
  if (missing !== undefined && !isTold) throw nothingThere(missing)
}

/**
 * Schemas are followed as they stand: each is used a few times, and to write and compile a program for each takes a fifth of
 * a `lint`. Before anything that makes one.
 */
async function plainSchemas(): Promise<void> {
  const { config } = await import('zod')
  config({ jitless: true })
}

/** Runs it with these words; what goes wrong is shown, and decides how the process ends. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    if (words[0] === keepWord) return await (await import('./keep.ts')).keep(words.slice(1))
    await commandLine().parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitStatus.invalidInput
    else process.exitCode = showFailure(error)
  }
}
