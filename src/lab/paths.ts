import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where images and downloaded packages stay between labs. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'understudy', 'lab')
}

/** Where the labs of this computer keep what belongs to them; one folder each. */
export function stateRoot(): string {
  return process.env.UNDERSTUDY_LAB_STATE || '/var/lib/understudy-lab'
}

/** The network namespace of a lab; the prefix tells ours from others. */
export function namespaceOf(lab: string): string {
  return `understudy-${lab}`
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
    machine: (name) => join(root, 'machines', name),
  }
}
