import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { attempt, type CommandOptions, type Ended, run } from './command.ts'
import { type LabPaths, namespaceOf } from './paths.ts'
import { OPS_PASSWORD } from './recipe.ts'
import type { Topology } from './topology.ts'

/** Makes the key with which the lab's machines are logged into. */
export async function createIdentity(paths: LabPaths): Promise<void> {
  await mkdir(paths.root, { recursive: true, mode: 0o700 })
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'understudy-lab', '-f', paths.identity])
  await writeFile(paths.opsPassword, `${OPS_PASSWORD}\n`, { mode: 0o600 })
}

/** The usual one, which is safe from quantum computers, too, takes a machine of the lab and its client 80 ms of a processor. */
const exchange = 'curve25519-sha256'

/** Writes what any ssh client needs to reach the machines; `hostKeys` by machine. */
export async function writeClientFiles(
  lab: string,
  paths: LabPaths,
  topology: Topology,
  hostKeys: ReadonlyMap<string, string>,
): Promise<void> {
  const { machines } = topology
  const known = machines.map(({ name, address }) => `${name},${address} ${hostKeys.get(name)}\n`)
  await writeFile(paths.knownHosts, known.join(''))
  const hosts = machines.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`)
  const names = machines.flatMap(({ name, address }) => [name, address]).join(' ')
  await writeFile(
    paths.sshConfig,
    `${hosts.join('\n')}
Host ${names}
  User root
  IdentityFile ${paths.identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${paths.knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  KexAlgorithms ${exchange}
  ProxyCommand ip netns exec ${namespaceOf(lab)} socat - TCP:%h:%p
`,
  )
}

/** Runs a shell command on a machine as root. */
export async function runOn(
  paths: LabPaths,
  machine: string,
  command: string,
  options: CommandOptions = {},
): Promise<Ended> {
  const quiet = ['ssh', '-F', paths.sshConfig, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', machine]
  return attempt([...quiet, '--', command], options)
}

/** Waits until a machine's sshd greets; false when `deadline` (milliseconds, as Date.now) passes first. */
export async function waitForBanner(
  lab: string,
  address: string,
  deadline: number,
  stillOn: () => Promise<boolean>,
): Promise<boolean> {
  // One socat that tries again by itself: a program started for each try would cost more than the machine's boot.
  const target = `TCP:${address}:22,connect-timeout=2,retry=16,interval=0.25`
  const knock = ['ip', 'netns', 'exec', namespaceOf(lab), 'socat', '-t', '5', '-', target]
  while (Date.now() < deadline) {
    const { stdout } = await attempt(knock, { timeoutSeconds: 12 })
    if (stdout.startsWith('SSH-')) return true
    if (!(await stillOn())) return false
    await sleep(250)
  }
  return false
}
