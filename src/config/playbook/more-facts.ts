import type { Details, Machine, MountedFileSystem } from '../../model/details.ts'
import type { Facts } from '../../model/facts.ts'
import { NeedsFacts } from '../../model/task.ts'

/** Throws NeedsFacts where it rests on what was not asked for yet. */
type Tell = (facts: Facts, host: string) => unknown

/** Facts that are gathered only where a task reads them, by the names that Ansible's `setup` gives them. */
export const moreFacts: Readonly<Record<string, Tell>> = {
  fqdn: fqdnOf,
  domain: (facts, host) => fqdnOf(facts, host).split('.').slice(1).join('.'),
  virtualization_type: ofMachine(({ virtualization }) => virtualization.type),
  virtualization_role: ofMachine(({ virtualization }) => virtualization.role),
  processor: ofMachine(({ processors }) => processors.all),
  processor_count: ofMachine(({ processors }) => processors.sockets),
  processor_cores: ofMachine(({ processors }) => processors.cores),
  processor_threads_per_core: ofMachine(({ processors }) => processors.threadsPerCore),
  processor_vcpus: ofMachine(
    ({ processors: { sockets, cores, threadsPerCore } }) => sockets * cores * threadsPerCore,
  ),
  ...firmware(),
  form_factor: ofMachine(({ dmi }) => formFactors[Number(dmi.chassis_type)] ?? 'NA'),
  system_vendor: ofMachine(({ dmi }) => dmi.sys_vendor ?? 'NA'),
  machine_id: ofMachine(({ machineId }) => machineId),
  uptime_seconds: ofMachine(({ uptime }) => uptime),
  loadavg: ofMachine(({ load: [one, five, fifteen] }) => ({ '1m': one, '5m': five, '15m': fifteen })),
  cmdline: ofMachine(({ commandLine }) => commandLineOf(commandLine)),
  kernel_version: ofMachine(({ kernelVersion }) => kernelVersion),
  apparmor: ofMachine(({ appArmor }) => ({ status: appArmor ? 'enabled' : 'disabled' })),
  fips: ofMachine(({ fips }) => fips),
  system_capabilities_enforced: ofMachine(({ capabilities }) =>
    capabilities === undefined ? 'N/A' : capabilities === '=ep' ? 'False' : 'True',
  ),
  system_capabilities: ofMachine(({ capabilities }) => capabilitiesOf(capabilities)),
  ...Object.fromEntries(
    ['dsa', 'ecdsa', 'ed25519', 'rsa'].map((kind) => [
      `ssh_host_key_${kind}_public`,
      ofMachine(({ hostKeys }) => hostKeys[kind]),
    ]),
  ),
  default_ipv6: defaultIpv6,
  mounts: (facts, host) => detail(facts, host, 'mounts').map(mounted),
  python: (facts, host) => pythonOf(detail(facts, host, 'python')),
  python_version: (facts, host) => versionOf(detail(facts, host, 'python')).join('.'),
  local: (facts, host) => detail(facts, host, 'local'),
}

const formFactors =
  'Unknown|Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|Expansion Chassis|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount Chassis|Sealed-case PC|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade Enclosure|Tablet|Convertible|Detachable|IoT Gateway|Embedded PC|Mini PC|Stick PC'.split(
    '|',
  )

function detail<Name extends keyof Details>(
  { details = {} }: Facts,
  host: string,
  name: Name,
): Details[Name] {
  if (!(name in details)) throw new NeedsFacts(host, name)
  return details[name] as Details[Name]
}

function ofMachine(tell: (machine: Machine) => unknown): Tell {
  return (facts, host) => tell(detail(facts, host, 'machine'))
}

/** A name that has its domain already is what the resolver would say. */
function fqdnOf(facts: Facts, host: string): string {
  const { hostname } = facts
  return hostname.includes('.') ? hostname : detail(facts, host, 'machine').fqdn || hostname
}

function capabilitiesOf(said: string | undefined): unknown {
  if (said === undefined) return 'N/A'
  return said === '=ep' ? [] : (said.split('=')[1] ?? '').split(',').map((one) => one.trim())
}

/** What the kernel's table of the firmware says, under its own names. */
function firmware(): Readonly<Record<string, Tell>> {
  const names = [
    ...['bios_date', 'bios_vendor', 'bios_version', 'product_name', 'product_serial', 'product_uuid'],
    ...['product_version', 'board_asset_tag', 'board_name', 'board_serial', 'board_vendor', 'board_version'],
    ...['chassis_asset_tag', 'chassis_serial', 'chassis_vendor', 'chassis_version'],
  ]
  return Object.fromEntries(names.map((name) => [name, ofMachine(({ dmi }) => dmi[name] || 'NA')]))
}

function commandLineOf(line: string): Readonly<Record<string, string | true>> {
  return Object.fromEntries(
    line.split(/\s+/).map((word) => {
      const [name = '', ...value] = word.split('=')
      return [name, value.length > 0 ? value.join('=') : true]
    }),
  )
}

function defaultIpv6(facts: Facts, host: string): unknown {
  const route = detail(facts, host, 'machine').defaultRoute6
  if (!route) return {}
  const found = facts.interfaces[route.interface]
  const address = found?.addresses.find(({ family, scope }) => family === 'ipv6' && scope === 'global')
  return {
    gateway: route.gateway,
    interface: route.interface,
    ...(found ? { macaddress: found.mac, mtu: found.mtu } : {}),
    ...(address
      ? { address: address.address, prefix: String(address.prefix), scope: address.scope, type: 'unicast' }
      : {}),
  }
}

function mounted({ device, path, type, options, uuid, sizes }: MountedFileSystem): unknown {
  const common = { mount: path, device, fstype: type, options, dump: 0, passno: 0, uuid: uuid ?? 'N/A' }
  if (!sizes) return common
  const { block, unit, blocks, available, inodes, inodesFree } = sizes
  return {
    ...common,
    size_total: blocks * unit,
    size_available: available * unit,
    block_size: block,
    block_total: blocks,
    block_available: available,
    block_used: blocks - available,
    inode_total: inodes,
    inode_available: inodesFree,
    inode_used: inodes - inodesFree,
  }
}

/** Who asks does so to choose between names of packages: where there is none yet, a machine of today would have a Python 3. */
function versionOf(python: Details['python']): readonly [number, number, number] {
  return python?.version ?? [3, 0, 0]
}

function pythonOf(python: Details['python']): unknown {
  const [major, minor, micro] = versionOf(python)
  return {
    executable: python?.path ?? '',
    has_sslcontext: true,
    type: 'cpython',
    version: { major, minor, micro, releaselevel: 'final', serial: 0 },
    version_info: [major, minor, micro, 'final', 0],
  }
}
