import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Destination } from '../destination.ts'

/**
 * What must be the same for a kept connection to serve another command: who is reached, on which way, as whom, by which keys,
 * how the host is trusted and which algorithms may be spoken. How long one waits, and a password that is not needed any more,
 * do not count.
 */
export function identityOf(destination: Destination): string {
  return JSON.stringify(counting(destination))
}

function counting(destination: Destination): object {
  const { name, hostname, port, user, identities, hostKey, algorithms, route } = destination
  const files = (paths: readonly string[]) => paths.map((path) => resolve(path))
  return {
    ...{ name, hostname, port, user, algorithms },
    // Without files of one's own the usual ones in the home directory count.
    identities: { ...identities, files: files(identities.files), home: homedir() },
    hostKey: {
      ...hostKey,
      userFiles: files(hostKey.userFiles),
      globalFiles: files(hostKey.globalFiles),
      revokedFiles: files(hostKey.revokedFiles),
    },
    hasPassword: destination.password !== undefined,
    route:
      route.is === 'jump'
        ? { is: 'jump', through: counting(route.through) }
        : // What a command means by a relative path is another thing elsewhere.
          route.is === 'command'
          ? { ...route, directory: resolve('.') }
          : route,
  }
}

/** The same without what is secret. */
export function withoutPasswords({ password: _, ...destination }: Destination): Destination {
  const { route } = destination
  if (route.is !== 'jump') return destination
  return { ...destination, route: { is: 'jump', through: withoutPasswords(route.through) } }
}

/** The destination and the machines before it, the nearest to it first. */
export function stationsOf(destination: Destination): readonly Destination[] {
  const { route } = destination
  return route.is === 'jump' ? [destination, ...stationsOf(route.through)] : [destination]
}
