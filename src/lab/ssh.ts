import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { attempt, type CommandOptions, type Ended, run } from './command.ts'
import { boundTo } from './gateways.ts'
import { type LabPaths, namespaceOf } from './paths.ts'
import { bracketed, familyOf } from './ranges.ts'
import { OPS_PASSWORD } from './recipe.ts'
import type { MachineSpec, Topology } from './topology.ts'

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
  const known = machines.map((one) => `${namesOf(one).join(',')} ${hostKeys.get(one.name)}\n`)
  await writeFile(paths.knownHosts, known.join(''))
  const hosts = machines.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`)
  const all = machines.flatMap(namesOf)
  const six = machines.flatMap((one) =>
    namesOf(one).filter((name) => familyOf(name === one.name ? one.address : name) === 6),
  )
  const reached = (names: readonly string[], target: string) =>
    `Host ${names.join(' ')}\n  ProxyCommand ip netns exec ${namespaceOf(lab)} socat - ${target}\n`
  const ways = [
    ...(six.length === 0 ? [] : [reached(six, `TCP6:[%h]:%p${boundTo(topology, '::')}`)]),
    ...(six.length === all.length
      ? []
      : [
          reached(
            all.filter((name) => !six.includes(name)),
            `TCP:%h:%p${boundTo(topology, '0.0.0.0')}`,
          ),
        ]),
  ]
  await writeFile(
    paths.sshConfig,
    `${hosts.join('\n')}
${ways.join('\n')}
Host ${all.join(' ')}
  User root
  IdentityFile ${paths.identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${paths.knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  KexAlgorithms ${exchange}
`,
  )
}

/** What a machine may be called by: its name and all its addresses. */
function namesOf({ name, interfaces }: MachineSpec): readonly string[] {
  return [name, ...interfaces.flatMap(({ addresses }) => addresses)]
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
  topology: Topology,
  address: string,
  deadline: number,
  stillOn: () => Promise<boolean>,
): Promise<boolean> {
  // One socat that tries again by itself: a program started for each try would cost more than the machine's boot.
  const target = `TCP${familyOf(address)}:${bracketed(address)}:22${boundTo(topology, address)},connect-timeout=2,retry=16,interval=0.25`
  const knock = ['ip', 'netns', 'exec', namespaceOf(topology.name), 'socat', '-t', '5', '-', target]
  while (Date.now() < deadline) {
    const { stdout } = await attempt(knock, { timeoutSeconds: 12 })
    if (stdout.startsWith('SSH-')) return true
    if (!(await stillOn())) return false
    await sleep(250)
  }
  return false
}
