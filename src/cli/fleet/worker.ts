import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../../model/failure.ts'
import type { WorkerEvent } from '../../operations/fleet/work.ts'
import { inOneLine } from '../../report/redaction.ts'
import { exitStatus, statusOfPlan, statusOfRun } from '../exit.ts'
import { connectionGiven } from '../given.ts'
import { onInterrupt } from '../interrupt.ts'
import { type ConnectionFlags, several, wholeNumber, withConnection } from '../options.ts'
import { vaultPasswordsGiven } from '../vault-passwords.ts'
import { type EngineFlags, engineGiven, withEngine } from './flags.ts'

interface Flags extends EngineFlags, ConnectionFlags {
  readonly fleet: string
  readonly site: string
  readonly name?: string
  readonly trust?: readonly string[]
  readonly key?: string
  readonly state?: string
  readonly jobs: number
  readonly tries: number
  readonly lease: number
  readonly vaultPasswordFile?: readonly string[]
  readonly json?: boolean
  readonly unit?: boolean
  readonly install?: boolean
  readonly uninstall?: boolean
  readonly check?: boolean
  readonly metrics?: string
}

/** `understudy worker`: carries out at a site what is ordered for it. */
export function declareWorker(program: Command): void {
  const command = program
    .command('worker')
    .description('carry out at a site what is ordered for its clusters, until it is told to end')
    .requiredOption('--fleet <name>', 'the fleet')
    .requiredOption('--site <name>', 'the site at which it stands')
    .option('--name <name>', 'its own name, where several are on one computer')
    .option(
      '--trust <key>',
      'public key of who may order, or a file of them; may be given several times',
      several,
    )
    .option('--key <file>', 'the seed of the key of the site, for secrets that are sealed for it')
    .option('--state <directory>', 'where it keeps what the engine does not have yet')
    .option('--jobs <number>', 'clusters at the same time', wholeNumber(1000), 4)
    .option('--tries <number>', 'how often a job may fail before it is given up', wholeNumber(100), 3)
    .option(
      '--lease <seconds>',
      'silence after which another worker takes its jobs over',
      wholeNumber(3600),
      30,
    )
    .option('--vault-password-file <path>', 'password of ansible-vault, or a program that prints it', several)
    .option('--metrics <address>', 'address and port at which Prometheus is answered, such as 127.0.0.1:9437')
    .option('--install', 'have systemd of this computer start this worker, now and at boot')
    .option(
      '--uninstall',
      'have systemd stop and forget it; keys, and what the engine does not have yet, stay',
    )
    .option('-C, --check', 'with --install or --uninstall: only say what would be done')
    .option('--unit', 'print the unit of systemd that --install writes, and do nothing else')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withEngine(command)).action(async (flags: Flags) => {
    process.exitCode =
      flags.unit || flags.install || flags.uninstall ? await asUnit(flags) : await work(flags)
  })
}

/** What is done with the unit of a worker, rather than by the worker. */
async function asUnit(flags: Flags): Promise<number> {
  const { inItsFormat } = await import('../in-its-format.ts')
  const { unitOf } = await import('./unit.ts')
  const { UNDERSTUDY_ENGINE: engine, UNDERSTUDY_ENGINE_CREDENTIALS: credentials } = process.env
  const made = () =>
    unitOf({
      ...flags,
      words: process.argv.slice(process.argv.indexOf('worker') + 1),
      folder: process.cwd(),
      environment: {
        engine: flags.engine ? undefined : engine || undefined,
        credentials: flags.credentials ? undefined : credentials || undefined,
      },
    })
  if (flags.unit)
    return inItsFormat({}, async () => {
      process.stdout.write(made().text)
      return exitStatus.fine
    })
  const { installUnit } = await import('../../operations/fleet/installing.ts')
  const { reported } = await import('../reported.ts')
  const dryRun = flags.check ?? false
  return reported(
    { ...flags, diff: true },
    { diff: true, output: false },
    async ({ onEvent, onSecrets, signal }) => {
      if (flags.install) {
        const { readyWorker } = await import('../../operations/fleet/worker.ts')
        readyWorker({ ...flags, trust: flags.trust ?? [] })
        enginesOf(flags)
      }
      const to = flags.install ? 'present' : 'absent'
      const result = await installUnit({ unit: made(), to, dryRun, onEvent, onSecrets, signal })
      return dryRun ? statusOfPlan(result) : statusOfRun(result)
    },
  )
}

async function work(flags: Flags): Promise<number> {
  const { worker } = await import('../../operations/fleet/worker.ts')
  const { inItsFormat } = await import('../in-its-format.ts')
  const { listeningAt } = await import('../../web/access.ts')
  const { signal, release } = onInterrupt()
  const say = (event: WorkerEvent) =>
    process.stdout.write(`${flags.json ? JSON.stringify(event) : inOneLine(wordsOf(event))}\n`)
  try {
    return await inItsFormat(flags, async () => {
      const engine = enginesOf(flags)
      const metrics = flags.metrics === undefined ? undefined : listeningAt(flags.metrics)
      await worker({
        engine,
        fleet: flags.fleet,
        site: flags.site,
        name: flags.name,
        trust: flags.trust ?? [],
        key: flags.key,
        state: flags.state ?? usualState(),
        jobs: flags.jobs,
        tries: flags.tries,
        times: { lease: flags.lease, beat: Math.max(1, flags.lease / 6) },
        connection: connectionGiven(flags, signal),
        vaultPasswords: vaultPasswordsGiven(flags),
        ...(metrics
          ? {
              tellMetrics: async (read: () => Promise<string>) => {
                const { serveMetrics } = await import('../../web/metrics.ts')
                return serveMetrics(metrics, read)
              },
            }
          : {}),
        signal,
        onEvent: say,
      })
      return exitStatus.fine
    })
  } finally {
    release()
  }
}

function enginesOf(flags: EngineFlags) {
  const { servers, ...more } = engineGiven(flags)
  if (servers) return { servers, ...more }
  throw new Failure('INVALID_INPUT', 'nothing says where the engine is', {
    next: 'name it with --engine nats://HOST:4222, or in $UNDERSTUDY_ENGINE',
  })
}

/** As systemd says, or where users keep such things (XDG Base Directory Specification). */
function usualState(): string {
  const { STATE_DIRECTORY: given, XDG_STATE_HOME: home } = process.env
  return given || join(home || join(homedir(), '.local', 'state'), 'understudy', 'worker')
}

function wordsOf(event: WorkerEvent): string {
  switch (event.is) {
    case 'worker-ready':
      return `${event.worker} is ready for ${event.site}, told by ${event.engine}`
    case 'engine-lost':
      return `${event.why}; what is under way goes on`
    case 'engine-back':
      return 'the engine is there again'
    case 'job-begun':
      return `${event.job}: ${event.operation} begun, attempt ${event.attempt}`
    case 'job-over':
      return `${event.job}: ${event.status} after ${event.seconds.toFixed(1)} s`
    case 'job-left':
      return `${event.job}: left: ${event.why}`
    case 'set-aside':
      return `a message was set aside: ${event.why.replaceAll(/\s*\n\s*/g, ' ')}`
    case 'warning':
      return `warning: ${event.message}`
  }
}
