import type { Command } from 'commander'
import { Failure } from '../../model/failure.ts'
import type { FleetRunEvent, FleetRunOptions, FleetRunResult } from '../../operations/fleet/running.ts'
import { inOneLine } from '../../report/redaction.ts'
import { exitStatus } from '../exit.ts'
import { commaSeparated, connectionGiven } from '../given.ts'
import { onInterrupt } from '../interrupt.ts'
import { type ConnectionFlags, several, withConnection } from '../options.ts'
import { vaultPasswordsGiven } from '../vault-passwords.ts'
import { engineGiven, type FleetFlags, withFleet } from './flags.ts'

interface Flags extends FleetFlags, ConnectionFlags {
  readonly key?: string
  readonly here?: boolean
  readonly mayFail?: number
  readonly tags?: readonly string[]
  readonly skipTags?: readonly string[]
  readonly extraVars?: readonly string[]
  readonly drills?: string
  readonly applications?: string
  readonly rollback?: boolean | string
  readonly mayDisrupt?: readonly string[]
  readonly stealLock?: boolean
  readonly vaultPasswordFile?: readonly string[]
  readonly json?: boolean
}

type Operation = FleetRunOptions['operation']

const operations: readonly (readonly [Operation, string])[] = [
  ['plan', 'show what an apply would change'],
  ['apply', 'make clusters what their playbooks say, wave after wave'],
  ['verify', 'prove, without changing anything, that clusters do what they should'],
  ['drift', 'look for what is not as playbooks say'],
  ['drill', 'break clusters on purpose and measure, wave after wave'],
  ['deploy', 'bring another version of an application, wave after wave'],
  ['certificates', 'look at certificates, and at who holds VIPs'],
]

/** The commands that do something to clusters of a fleet. */
export function declareFleetRuns(fleet: Command): void {
  for (const [operation, description] of operations) {
    const changes = operation === 'apply' || operation === 'drill' || operation === 'deploy'
    const command = fleet
      .command(operation)
      .description(description)
      .argument(
        changes ? '<selectors...>' : '[selectors...]',
        `NAME, site=NAME, LABEL=VALUE, "!" before each, commas for "and"; all${changes ? '' : ' where none is given'}`,
      )
      .option('--key <file>', 'the seed of who signs, see: understudy fleet key')
      .option('--here', 'from this process, rather than by workers')
      .option('--may-fail <share>', 'clusters that may fail before it stops, such as 0.1', share)
      .option('--vault-password-file <path>', 'with --here: password of ansible-vault', several)
      .option('--json', 'one JSON object per line on standard output, nothing else')
    if (operation === 'apply' || operation === 'plan' || operation === 'drift')
      command
        .option('-t, --tags <tags>', 'only tasks with one of these tags', several)
        .option('--skip-tags <tags>', 'no tasks with one of these tags', several)
        .option('-e, --extra-vars <vars>', 'name=value, YAML or JSON text', several)
    if (changes)
      command
        .option('--may-disrupt <cluster>', 'a protected cluster that may be disrupted', several)
        .option('--steal-lock', 'take machines that another run has')
    if (operation === 'drill') command.option('--drills <names>', 'which drills: a,b')
    if (operation === 'deploy')
      command
        .option('--applications <names>', 'which applications: a,b')
        .option('--rollback [version]', 'back to the version before, or to the one that is named')
    withConnection(withFleet(command)).action(async (selectors: string[], flags: Flags) => {
      process.exitCode = await run(operation, selectors, flags)
    })
  }
  const resume = fleet
    .command('resume')
    .description('go on with a run that was paused, that stopped, or whose driver is gone')
    .argument('<run>')
    .option('--key <file>', 'the seed of who signs')
    .option('--may-fail <share>', 'clusters that may fail before it stops', share)
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withFleet(resume).action(async (name: string, flags: Flags) => {
    const { fleetResume } = await import('../../operations/fleet/running.ts')
    process.exitCode = await followed(flags, (following) =>
      fleetResume({ ...through(flags), ...following, file: flags.file, run: name }),
    )
  })
}

async function run(operation: Operation, selectors: readonly string[], flags: Flags): Promise<number> {
  const { fleetRun } = await import('../../operations/fleet/running.ts')
  const { fleetRunHere } = await import('../../operations/fleet/here.ts')
  const given = {
    file: flags.file,
    operation,
    selectors: selectors.length > 0 ? selectors : ['all'],
    asked: askedBy(flags),
    ...(flags.mayFail === undefined ? {} : { mayFail: flags.mayFail }),
  }
  return followed(flags, (following) =>
    flags.here
      ? fleetRunHere({
          ...given,
          ...following,
          connection: connectionGiven(flags, following.signal),
          vaultPasswords: vaultPasswordsGiven(flags),
          engine: engineGiven(flags),
          signer: signerOf(flags),
        })
      : fleetRun({ ...given, ...following, ...through(flags) }),
  )
}

function askedBy(flags: Flags): FleetRunOptions['asked'] {
  const { tags, skipTags, extraVars, drills, applications, rollback, mayDisrupt, stealLock } = flags
  const file = extraVars?.find((one) => one.startsWith('@'))
  if (file !== undefined && !flags.here)
    throw new Failure('INVALID_INPUT', `${file} lies on this computer, and workers are on others`, {
      next: 'write it into the inventory, which travels',
    })
  return {
    ...(tags ? { tags: [...commaSeparated(tags)] } : {}),
    ...(skipTags ? { skipTags: [...commaSeparated(skipTags)] } : {}),
    ...(extraVars ? { extraVars: [...extraVars] } : {}),
    ...(drills === undefined ? {} : { drills: [...commaSeparated([drills])] }),
    ...(applications === undefined ? {} : { applications: [...commaSeparated([applications])] }),
    ...(rollback === undefined ? {} : { rollback }),
    ...(mayDisrupt ? { mayDisrupt: [...mayDisrupt] } : {}),
    ...(stealLock ? { stealLock } : {}),
  }
}

function through(flags: Flags) {
  const signer = signerOf(flags)
  if (signer === undefined)
    throw new Failure('INVALID_INPUT', 'nothing says with which key orders are signed', {
      next: 'name its file with --key or in $UNDERSTUDY_FLEET_KEY; understudy fleet key signer FILE makes one',
    })
  return { engine: engineGiven(flags), signer }
}

function signerOf({ key }: Pick<Flags, 'key'>): string | undefined {
  return key ?? (process.env.UNDERSTUDY_FLEET_KEY || undefined)
}

interface Following {
  readonly signal: AbortSignal
  readonly onEvent: (event: FleetRunEvent) => void
}

/** Shows a run while it goes on; the exit status of its worst cluster. */
async function followed(
  flags: Pick<Flags, 'json'>,
  work: (following: Following) => Promise<FleetRunResult>,
): Promise<number> {
  const { inItsFormat } = await import('../in-its-format.ts')
  const { signal, release } = onInterrupt()
  const say = (line: string) => process.stdout.write(`${inOneLine(line)}\n`)
  try {
    return await inItsFormat(flags, async () => {
      const result = await work({
        signal,
        onEvent: (event) => {
          if (flags.json) process.stdout.write(`${JSON.stringify(event)}\n`)
          else for (const line of wordsOf(event)) say(line)
        },
      })
      const { run: name, is, left, results } = result
      if (flags.json) process.stdout.write(`${JSON.stringify({ ...result, is: 'ended', as: is })}\n`)
      else {
        say(
          `run ${name}: ${signal.aborted && is === 'running' ? 'goes on without us' : is}, ${results.length} over, ${left.length} left`,
        )
        if (is === 'running' || is === 'stopped' || is === 'paused')
          say(`  → understudy fleet resume ${name}`)
      }
      return statusOf(result, signal.aborted)
    })
  } finally {
    release()
  }
}

function wordsOf(event: FleetRunEvent): readonly string[] {
  switch (event.is) {
    case 'begun':
      return [
        `run ${event.run}: ${clusters(event.waves.flat().length)} in waves of ${event.waves.map(({ length }) => length).join(', ')}`,
      ]
    case 'wave':
      return [`wave ${event.wave} of ${event.of}: ${clusters(event.clusters.length)}`]
    case 'result': {
      const { cluster, status, seconds, changed, worker, why } = event.result
      const at = worker === undefined ? '' : ` at ${worker}`
      return [
        `${cluster}: ${status}${at}, ${changed} changed, ${seconds.toFixed(1)} s`,
        ...(why === undefined ? [] : why.split('\n').map((line) => `  ${line}`)),
      ]
    }
    case 'paused':
      return ['paused; understudy fleet resume goes on']
    case 'stopped':
      return [`stopped: ${event.why}`]
    case 'warning':
      return [`warning: ${event.message}`]
    case 'waiting':
      return [event.message]
    case 'progress':
      return [`${event.cluster}: ${event.text}`]
    case 'outcome':
      return []
  }
}

function statusOf({ is, results, left }: FleetRunResult, interrupted: boolean): number {
  if (interrupted) return exitStatus.interrupted
  const all = new Set(results.map(({ status }) => status))
  const has = (...statuses: readonly (typeof results)[number]['status'][]) =>
    statuses.some((one) => all.has(one))
  if (has('invalid')) return exitStatus.invalidInput
  if (has('failed', 'dead', 'withdrawn') || (is !== 'done' && left.length > 0)) return exitStatus.stepFailed
  if (has('refused')) return exitStatus.refused
  if (has('in-use')) return exitStatus.inUse
  if (has('unreachable')) return exitStatus.unreachable
  if (has('not-proven')) return exitStatus.notProven
  return has('changes-pending', 'drifted') ? exitStatus.changesPending : exitStatus.fine
}

function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= 0 && value <= 1)) throw new RangeError(`expected a share from 0 to 1, found "${text}"`)
  return value
}

function clusters(count: number): string {
  return `${count} cluster${count === 1 ? '' : 's'}`
}
