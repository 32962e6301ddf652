import { loadIntent } from '../config/index.ts'
import { prepare } from '../engine/rollout.ts'
import type { FailureCode } from '../model/failure.ts'
import { openReport } from '../report/index.ts'
import { cluster } from './cluster.ts'
import { connector } from './connector.ts'
import { changesPending, exitStatus, statusOfRun } from './exit.ts'
import { onInterrupt } from './interrupt.ts'
import type { PlayFlags } from './options.ts'
import { chooseInventory, choosePlaybook, packageRoot } from './places.ts'
import { verifyMembers } from './verification.ts'

/**
 * `plan` and `apply` are one path: `plan` stops where `apply` would begin to send changes.
 * Returns the exit status; throws `Failure` for what ends the run before any host was asked.
 */
export async function runPlaybook(
  command: 'plan' | 'apply',
  playbook: string | undefined,
  flags: PlayFlags,
): Promise<number> {
  const since = performance.now()
  const inventory = chooseInventory(flags.inventory)
  const intent = await loadIntent({
    inventory,
    playbook: choosePlaybook(playbook),
    limit: flags.limit,
    tags: commaSeparated(flags.tags),
    skipTags: commaSeparated(flags.skipTags),
    extraVars: flags.extraVars ?? [],
    become: flags.become,
    packageRoot,
    cluster,
  })
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  const report = openReport({
    format: flags.json ? 'json' : 'auto',
    diff: flags.diff ?? command === 'plan',
    secrets: new Set([...intent.secrets, ...connect.secrets]),
    stdout: process.stdout,
    stderr: process.stderr,
  })
  const { emit } = report
  const failures: FailureCode[] = []
  try {
    emit({
      is: 'run-started',
      command,
      hosts: [...intent.hosts.keys()],
      plays: intent.plays.map(({ name }) => name),
    })
    for (const { message } of intent.warnings) emit({ is: 'warning', message })
    await using prepared = await prepare(intent, { connect: connect.open, emit, forks: flags.forks, signal })
    if (command === 'apply') await prepared.carryOut()
    const recaps = prepared.recaps()
    for (const recap of recaps) emit({ is: 'host-finished', recap })
    failures.push(...prepared.hosts.flatMap(({ failure }) => failure?.code ?? []))
    if (signal.aborted) failures.push('INTERRUPTED')
    const status = statusOfRun(failures)
    if (status !== exitStatus.fine) return status
    if (command === 'plan') return changesPending(recaps) ? exitStatus.changesPending : exitStatus.fine
    if (flags.verify === false) return exitStatus.fine
    return await verifyMembers(prepared.hosts, { inventory, flags, emit, signal })
  } finally {
    emit({ is: 'run-finished', seconds: (performance.now() - since) / 1000 })
    await report.close()
    release()
  }
}

function commaSeparated(values: readonly string[] = []): readonly string[] {
  return values.flatMap((value) => value.split(',')).map((tag) => tag.trim())
}
