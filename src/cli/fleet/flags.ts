import type { Command } from 'commander'
import { several } from '../options.ts'

/** Where the engine of a fleet is, and as whom we come. */
export interface EngineFlags {
  readonly engine?: readonly string[]
  readonly credentials?: string
  readonly engineCa?: string
  readonly engineDomain?: string
}

/** Which fleet. */
export interface FleetFlags extends EngineFlags {
  readonly file: string
}

/** Adds the flags that say where the engine is. */
export function withEngine(command: Command): Command {
  return command
    .option('--engine <url>', 'nats://HOST:PORT of the engine; may be given for each of its servers', several)
    .option('--credentials <file>', 'credentials of NATS (.creds), or the seed of an nkey, for the engine')
    .option('--engine-domain <name>', 'domain of its JetStream, for who comes through a leaf node')
    .option('--engine-ca <file>', 'certificates of who signs for an engine that speaks TLS')
}

/** Adds the flags that say which fleet. */
export function withFleet(command: Command): Command {
  return withEngine(command.option('--file <path>', 'the file of the fleet', 'fleet.yaml'))
}

/** What the flags and the environment say of the engine. */
export function engineGiven({ engine, credentials, engineCa, engineDomain }: EngineFlags) {
  const { UNDERSTUDY_ENGINE: usual, UNDERSTUDY_ENGINE_CREDENTIALS: usualCredentials } = process.env
  const servers = engine ?? (usual ? usual.split(',').map((one) => one.trim()) : undefined)
  return {
    ...(servers ? { servers } : {}),
    credentials: credentials ?? (usualCredentials || undefined),
    authority: engineCa,
    domain: engineDomain,
  }
}
