import { problemsWithFacts } from '../cluster/index.ts'
import { type LoadedIntent, loadIntent } from '../config/index.ts'
import { type Prepared, prepare } from '../engine/rollout.ts'
import type { Emit } from '../model/event.ts'
import { type FailureCode, InvalidInput } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import { openReport } from '../report/index.ts'
import { connector, type RunConnector } from './connector.ts'
import { changesPending, exitStatus, statusOfRun } from './exit.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import type { PlayFlags } from './options.ts'
import { chooseInventory, choosePlaybook, packageRoot } from './places.ts'
import { verifyAfterwards } from './verification.ts'

/**
 * `plan` and `apply` are one path: `plan` stops where `apply` would begin to send changes.
 * Returns the exit status; throws `Failure` for what ends the run before any host was changed.
 */
export async function runPlaybook(
  command: 'plan' | 'apply',
  playbook: string | undefined,
  flags: PlayFlags,
): Promise<number> {
  const load = () =>
    loadIntent({
      inventory: chooseInventory(flags.inventory),
      playbook: choosePlaybook(playbook),
      limit: flags.limit,
      tags: commaSeparated(flags.tags),
      skipTags: commaSeparated(flags.skipTags),
      extraVars: flags.extraVars ?? [],
      become: flags.become,
      packageRoot,
    })
  return inItsFormat(flags, () => runIntent(command, load, flags))
}

/** Carries out an intent, or shows it, with a report; returns the exit status. */
export async function runIntent(
  command: 'plan' | 'apply',
  load: () => Promise<LoadedIntent>,
  flags: PlayFlags & { readonly output?: boolean },
): Promise<number> {
  const since = performance.now()
  const intent = await load()
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  const report = await openReport({
    format: flags.json ? 'json' : 'auto',
    diff: flags.diff ?? command === 'plan',
    output: flags.output === true,
    secrets: new Set([...intent.secrets, ...connect.secrets]),
    stdout: process.stdout,
  })
  try {
    const status = await run(command, intent, { flags, connect, signal, emit: report.emit })
    report.emit({ is: 'run-finished', seconds: (performance.now() - since) / 1000 })
    return status
  } finally {
    await report.close()
    release()
  }
}

interface Running {
  readonly flags: PlayFlags
  readonly connect: RunConnector
  readonly emit: Emit
  readonly signal: AbortSignal
}

async function run(command: 'plan' | 'apply', intent: LoadedIntent, running: Running): Promise<number> {
  const { flags, connect, emit, signal } = running
  const plays = intent.plays.map(({ name }) => name)
  emit({ is: 'run-started', command, hosts: [...intent.hosts.keys()], plays })
  for (const { message, origin } of intent.warnings)
    emit({ is: 'warning', message: origin ? `${showOrigin(origin)}: ${message}` : message })
  await using prepared = await prepare(intent, { connect: connect.open, emit, forks: flags.forks, signal })
  checkWithFacts(intent, prepared, emit)
  warnOfWeakUsers(prepared, emit)
  if (command === 'apply') await prepared.carryOut()
  const recaps = prepared.recaps()
  for (const recap of recaps) emit({ is: 'host-finished', recap })
  const failures: FailureCode[] = prepared.hosts.flatMap(({ failure }) => failure?.code ?? [])
  if (signal.aborted) failures.push('INTERRUPTED')
  const status = statusOfRun(failures)
  if (status !== exitStatus.fine) return status
  if (command === 'plan') return changesPending(recaps) ? exitStatus.changesPending : exitStatus.fine
  if (flags.verify === false) return exitStatus.fine
  return verifyAfterwards(intent, prepared.hosts, { connect: connect.open, emit, signal })
}

/** What only the machines could show is still bad input, and found before anything is changed. */
function checkWithFacts({ clusters, failureOf }: LoadedIntent, { hosts }: Prepared, emit: Emit): void {
  const facts = new Map(hosts.flatMap(({ host, facts }) => (facts ? [[host.name, facts] as const] : [])))
  const problems = clusters.flatMap((cluster) => problemsWithFacts(cluster, facts))
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new InvalidInput(errors.map(failureOf))
  for (const found of problems) emit({ is: 'warning', message: failureOf(found).message })
}

/** A plan made by a user who may not do it would look fine and fail. */
function warnOfWeakUsers({ hosts }: Prepared, emit: Emit): void {
  for (const { host, facts } of hosts)
    if (facts && facts.user !== 'root')
      emit({
        is: 'warning',
        message: `${host.name} is worked on as ${facts.user}: what needs root will fail there, unless you add --become`,
      })
}

function commaSeparated(values: readonly string[] = []): readonly string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
