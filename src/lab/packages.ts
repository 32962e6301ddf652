import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './command.ts'
import { spawnDetached } from './detach.ts'
import { LabFailure } from './failure.ts'
import { findMirrors, type Mirrors } from './mirror.ts'
import { apologyScript, nginxConfig, type Route, routesOf } from './package-server.ts'
import { cacheRoot, keyOf, type LabPaths, namespaceOf } from './paths.ts'
import { bracketed, familyOf } from './ranges.ts'

/** The port of the package proxy at the gateways' addresses. */
export const PACKAGE_PORT = 3142

/** Lets the machines install Debian packages although they have no way out. */
export async function startPackageProxy(
  lab: string,
  gateways: readonly string[],
  paths: LabPaths,
): Promise<void> {
  await servePackages(paths, await findMirrors(), join(cacheRoot(), 'packages'), unfinishedFolder(lab))
  for (const gateway of gateways)
    await spawnDetached(
      [
        ...['ip', 'netns', 'exec', namespaceOf(lab), 'socat'],
        `TCP${familyOf(gateway)}-LISTEN:${PACKAGE_PORT},bind=${bracketed(gateway)},reuseaddr,fork`,
        `UNIX-CONNECT:${paths.packageSocket}`,
      ],
      join(paths.root, 'socat.log'),
    )
}

/** Starts nginx on this computer, listening on a socket file: it fetches packages and keeps them in `store`. */
export async function servePackages(
  paths: LabPaths,
  mirrors: Mirrors,
  store: string,
  unfinished: string,
): Promise<void> {
  await mkdir(unfinished, { recursive: true })
  await rm(paths.packageSocket, { force: true })
  const routes = await routesOf(mirrors, paths)
  for (const route of routes) await openTunnel(route, paths)
  await writeFile(paths.apology, apologyScript(routes))
  await listen(paths, paths.apologySocket, `EXEC:sh ${paths.apology}`)
  // Passwords of mirrors and proxies may be in it.
  await writeFile(paths.nginxConfig, nginxConfig(paths, routes, store, unfinished), { mode: 0o600 })
  await run(['nginx', '-e', paths.nginxLog, '-c', paths.nginxConfig])
}

async function openTunnel({ tunnel }: Route, paths: LabPaths): Promise<void> {
  if (!tunnel) return
  const { socket, proxy, destination } = tunnel
  const options = [`proxyport=${proxy.port || 80}`, 'connect-timeout=5']
  if (proxy.username !== '') {
    // In a file, because anybody may see a command line; and in one line, because socat sends its end too.
    const account = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
    await writeFile(`${socket}.account`, account, { mode: 0o600 })
    options.push(`proxyauthfile=${socket}.account`)
  }
  await listen(paths, socket, `PROXY:${[`${proxy.hostname}:${destination}`, ...options].join(',')}`)
}

/** Starts a socat that answers on a socket file, and waits until it does. */
async function listen(paths: LabPaths, socket: string, answer: string): Promise<void> {
  const log = join(paths.root, 'socat.log')
  await rm(socket, { force: true })
  await spawnDetached(['socat', `UNIX-LISTEN:${socket},fork,mode=600`, answer], log)
  for (let tries = 0; tries < 200; tries++) {
    if (existsSync(socket)) return
    await sleep(50)
  }
  throw new LabFailure(`socat does not listen on ${socket}`, undefined, {
    output: await readFile(log, 'utf8'),
  })
}

/** Where the proxy of a lab keeps downloads it has not finished. */
export function unfinishedFolder(lab: string): string {
  return join(cacheRoot(), 'packages', 'unfinished', keyOf(lab))
}
