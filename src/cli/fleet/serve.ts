import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../../model/failure.ts'
import { onInterrupt } from '../interrupt.ts'
import { several } from '../options.ts'
import { engineGiven, type FleetFlags, withFleet } from './flags.ts'

interface Flags extends FleetFlags {
  readonly listen: string
  readonly tokenFile?: string
  readonly identityHeader?: string
  readonly proxy?: readonly string[]
  readonly hostName?: readonly string[]
}

/** `understudy fleet serve`: the fleet as pages in a browser, which only read. */
export function declareFleetServe(fleet: Command): void {
  const command = fleet
    .command('serve')
    .description('show the fleet in a browser: clusters, VIP holders live, drift, drills, runs; read only')
    .option('--listen <address>', 'address and port', '127.0.0.1:8430')
    .option('--token-file <file>', 'what readers have to know; or in $UNDERSTUDY_FLEET_TOKEN')
    .option('--identity-header <name>', 'header in which a proxy says who its reader is')
    .option(
      '--proxy <address>',
      'address or network from which that header is believed, beside this computer',
      several,
    )
    .option('--host-name <name>', 'name by which browsers come, beside localhost and addresses', several)
  withFleet(command).action(serve)
}

async function serve(flags: Flags): Promise<void> {
  const { listeningAt, refuseOpenDoors } = await import('../../web/access.ts')
  const { serveFleet } = await import('../../web/listen.ts')
  const { openFleetView } = await import('../../operations/fleet/view.ts')
  const { packageRoot } = await import('../../operations/places.ts')
  const { file, listen, tokenFile, identityHeader, proxy = [], hostName = [] } = flags
  const listening = listeningAt(listen)
  const token =
    tokenFile === undefined ? process.env.UNDERSTUDY_FLEET_TOKEN || undefined : await tokenIn(tokenFile)
  const access = { token, identityHeader, proxies: proxy, names: hostName }
  // Before anything else is asked: an open door is told even where the engine is away.
  refuseOpenDoors(listening, access)
  const { signal, release } = onInterrupt()
  try {
    await using view = await openFleetView({ file, engine: engineGiven(flags) })
    await serveFleet({
      listening,
      access,
      view,
      signal,
      clients: join(packageRoot, 'dist', 'web', 'client'),
      onReady: (url) => process.stdout.write(`the fleet is at ${url}; Ctrl-C ends it\n`),
    })
  } finally {
    release()
  }
}

async function tokenIn(path: string): Promise<string> {
  let text: string
  try {
    const { mode } = await stat(path)
    if ((mode & 0o004) !== 0)
      throw new Failure('INVALID_INPUT', `everybody on this computer can read the token in ${path}`, {
        next: `chmod o= ${path}, and make another token`,
      })
    text = (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('INVALID_INPUT', `the token ${path} cannot be read: ${(cause as Error).message}`, {
      next: 'make one: (umask 077; openssl rand -hex 24 >FILE)',
      cause,
    })
  }
  if (text !== '') return text
  throw new Failure('INVALID_INPUT', `the token ${path} is empty`, { next: 'make one: openssl rand -hex 24' })
}
