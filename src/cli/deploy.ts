import type { Command } from 'commander'
import type { DeployResult } from '../operations/deploy.ts'
import { visible } from '../report/redaction.ts'
import { agreeTo } from './agree.ts'
import { exitStatus, statusOf } from './exit.ts'
import { connectionGiven, inventoryGiven, lockingGiven } from './given.ts'
import { onInterrupt } from './interrupt.ts'
import {
  type ConnectionFlags,
  hour,
  type InventoryFlags,
  type LockingFlags,
  wholeNumber,
  withConnection,
  withInventory,
  withLocking,
} from './options.ts'
import type { Secrecy } from './secretively.ts'
import { showFailure } from './show-failure.ts'

interface Flags extends InventoryFlags, ConnectionFlags, LockingFlags {
  readonly rollback?: boolean | string
  readonly drain?: number
  readonly check?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

/** `understudy deploy`: another version of the user's own application, realserver by realserver. */
export function declareDeploy(program: Command): void {
  const command = program
    .command('deploy')
    .description('bring another version of an application to the realservers, one after the other')
    .argument('[applications...]', 'names of applications; all of the cluster where none is named')
    .option('--rollback [version]', 'back to the version before, or to the one that is named')
    .option(
      '--drain <seconds>',
      'how long connections of a realserver are waited for (default: 30)',
      wholeNumber(hour),
    )
    .option('-C, --check', 'only show what would be done')
    .option('-y, --yes', 'do not ask before')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withInventory(withLocking(command))).action(async (applications: string[], flags: Flags) => {
    const { inItsFormat } = await import('./in-its-format.ts')
    process.exitCode = await inItsFormat(flags, (secrecy) => deployed(applications, flags, secrecy))
  })
}

async function deployed(
  applications: readonly string[],
  flags: Flags,
  { secrets, redact, onSecrets }: Secrecy,
): Promise<number> {
  const { deploy } = await import('../operations/deploy.ts')
  const { deployJson, deployLines, deployRecap } = await import('../report/deploy.ts')
  const say = (line: string) => process.stdout.write(`${visible(redact(line))}\n`)
  const { signal, release } = onInterrupt()
  try {
    const result = await deploy({
      ...inventoryGiven(flags),
      ...connectionGiven(flags, signal),
      ...lockingGiven(flags),
      onSecrets,
      signal,
      applications,
      rollback: flags.rollback ?? false,
      dryRun: flags.check === true,
      ...(flags.drain === undefined ? {} : { drain: flags.drain }),
      onEvent: (event) => {
        for (const line of flags.json ? [deployJson(event)] : deployLines(event)) say(line)
      },
      ...(flags.yes ? {} : { confirm: (deployment) => agreed(deployment, signal) }),
    })
    const { failure, hosts } = result
    if (failure && !flags.json) for (const line of deployRecap(hosts)) say(line)
    if (failure && flags.json) throw failure
    if (failure) showFailure(failure, secrets)
    return statusOfDeployment(result, flags.check === true)
  } finally {
    release()
  }
}

function statusOfDeployment({ failure, hosts }: DeployResult, checks: boolean): number {
  if (failure) return statusOf(failure.code)
  return checks && hosts.length > 0 ? exitStatus.changesPending : exitStatus.fine
}

/** Asks on a terminal whether to go ahead; a program that calls has agreed. */
async function agreed({ what }: { readonly what: string }, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) return
  await agreeTo(`${what}. Go ahead?`, signal)
}
