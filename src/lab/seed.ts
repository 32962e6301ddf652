import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './command.ts'
import { gatewaysOn, proxyFor } from './gateways.ts'
import { PACKAGE_PORT } from './packages.ts'
import type { LabPaths } from './paths.ts'
import { bracketed, isWithin, prefixOf } from './ranges.ts'
import type { InterfaceSpec, MachineSpec, Topology } from './topology.ts'

interface SeedFile {
  readonly path: string
  readonly content: string
  readonly owner?: number
}

/** Writes the archive which gives a machine its name, keys and address, and returns its host key's public half. */
export async function writeSeed(paths: LabPaths, topology: Topology, machine: MachineSpec): Promise<string> {
  const folder = paths.machine(machine.name)
  const tree = join(folder, 'seed')
  await rm(tree, { recursive: true, force: true })
  const hostKey = join(tree, 'etc/ssh/ssh_host_ed25519_key')
  await mkdir(dirname(hostKey), { recursive: true })
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', machine.name, '-f', hostKey])
  const login = await readFile(`${paths.identity}.pub`, 'utf8')
  for (const { path, content, owner = 0 } of seedFiles(topology, machine, login)) {
    const file = join(tree, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    for (const owned of owner === 0 ? [] : [file, dirname(file), dirname(dirname(file))])
      await chown(owned, owner, owner)
  }
  // Whatever umask this program runs with, on the machine these are files as usual.
  await run(['chmod', '-R', 'u=rwX,go=rX', tree])
  await chmod(hostKey, 0o600)
  const publicKey = await readFile(`${hostKey}.pub`, 'utf8')
  await run([
    'tar',
    '-C',
    tree,
    '--numeric-owner',
    '-cf',
    join(folder, 'seed.tar'),
    'etc',
    'root/.ssh',
    'home',
  ])
  await rm(tree, { recursive: true })
  return publicKey.split(' ').slice(0, 2).join(' ')
}

function seedFiles(topology: Topology, machine: MachineSpec, login: string): readonly SeedFile[] {
  const { name } = machine
  return [
    { path: 'etc/hostname', content: `${name}\n` },
    {
      path: 'etc/hosts',
      content: `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost ip6-localhost ip6-loopback\n`,
    },
    {
      path: 'etc/machine-id',
      content: `${createHash('md5').update(`${topology.name} ${name} ${login}`).digest('hex')}\n`,
    },
    ...machine.interfaces.map((one) => networkFile(topology, machine, one)),
    // A machine of the Red Hat family has its packages on its own disk.
    ...(machine.image === 'el9' ? [] : [aptConfiguration(topology, machine)]),
    { path: 'root/.ssh/authorized_keys', content: login },
    { path: 'home/ops/.ssh/authorized_keys', content: login, owner: 1000 },
    { path: 'home/nosudo/.ssh/authorized_keys', content: login, owner: 1001 },
  ]
}

function networkFile(
  topology: Topology,
  machine: MachineSpec,
  { device, network, addresses }: InterfaceSpec,
): SeedFile {
  const { mtu, ranges = [] } = topology.networks.find(({ name }) => name === network) ?? {}
  const bits = (address: string) => prefixOf(ranges.find((range) => isWithin(range, address)) ?? '')
  return {
    path: `etc/systemd/network/10-${device}.network`,
    content: [
      '[Match]',
      `Name=${device}`,
      ...(mtu === undefined ? [] : ['', '[Link]', `MTUBytes=${mtu}`]),
      '',
      '[Network]',
      ...addresses.map((address) => `Address=${address}/${bits(address)}`),
      ...gatewaysOn(topology, machine, network).map((gateway) => `Gateway=${gateway}`),
      'IPv6AcceptRA=no',
      // Nobody else has its addresses, and to ask would keep what waits for the network for two seconds at each boot.
      'IPv6DuplicateAddressDetection=0',
      '',
    ].join('\n'),
  }
}

function aptConfiguration(topology: Topology, machine: MachineSpec): SeedFile {
  return {
    path: 'etc/apt/apt.conf.d/90understudy-lab',
    content: `Acquire::http::Proxy "http://${bracketed(proxyFor(topology, machine))}:${PACKAGE_PORT}";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
`,
  }
}
