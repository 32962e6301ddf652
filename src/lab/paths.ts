import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where images and downloaded packages stay between labs. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'understudy', 'lab')
}

/** Where the labs of this computer keep what belongs to them; one folder each. */
export function stateRoot(): string {
  return resolve(process.env.UNDERSTUDY_LAB_STATE || USUAL_STATE)
}

const USUAL_STATE = '/var/lib/understudy-lab'

/**
 * What stands for a lab in names that all of this computer shares. Labs of the same name whose folders are in
 * different places are different labs; no name of a lab has the character between the two parts.
 */
export function keyOf(lab: string): string {
  const root = stateRoot()
  if (root === USUAL_STATE) return lab
  return `${lab}_${createHash('sha256').update(root).digest('hex').slice(0, 8)}`
}

/** The lab that a key stands for; undefined where it is one of another place. */
export function labOfKey(key: string): string | undefined {
  const lab = key.split('_')[0] ?? ''
  return keyOf(lab) === key ? lab : undefined
}

const NAMESPACE_PREFIX = 'understudy-'

/** The network namespace of a lab. */
export function namespaceOf(lab: string): string {
  return `${NAMESPACE_PREFIX}${keyOf(lab)}`
}

/** The lab that a network namespace is of; undefined where it is of none, or of one of another place. */
export function labOfNamespace(namespace: string): string | undefined {
  if (!namespace.startsWith(NAMESPACE_PREFIX)) return undefined
  return labOfKey(namespace.slice(NAMESPACE_PREFIX.length))
}

/** How a machine's process is known to the kernel and to whoever looks for it. */
export function umidOf(lab: string, machine: string): string {
  return `${keyOf(lab)}.${machine}`
}

/** The files of one lab. */
export interface LabPaths {
  readonly root: string
  readonly record: string
  readonly sshConfig: string
  readonly knownHosts: string
  readonly identity: string
  readonly opsPassword: string
  readonly nginxConfig: string
  readonly nginxPid: string
  readonly nginxLog: string
  readonly packageSocket: string
  /** What answers instead of a mirror that is gone, and the socket it does so on. */
  readonly apology: string
  readonly apologySocket: string
  /** The socket of the way through a proxy to the mirror of one archive. */
  tunnelSocket(archive: string): string
  /** The folder of one machine. */
  machine(name: string): string
}

/** The files of the lab of this name. */
export function pathsOf(lab: string): LabPaths {
  const root = join(stateRoot(), lab)
  return {
    root,
    record: join(root, 'lab.json'),
    sshConfig: join(root, 'ssh_config'),
    knownHosts: join(root, 'known_hosts'),
    identity: join(root, 'id_ed25519'),
    opsPassword: join(root, 'ops_password'),
    nginxConfig: join(root, 'nginx.conf'),
    nginxPid: join(root, 'nginx.pid'),
    nginxLog: join(root, 'nginx-error.log'),
    packageSocket: join(root, 'packages.sock'),
    apology: join(root, 'apology.sh'),
    apologySocket: join(root, 'apology.sock'),
    tunnelSocket: (archive) => join(root, `${archive}.sock`),
    machine: (name) => join(root, 'machines', name),
  }
}
