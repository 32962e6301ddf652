import type { Facts, Interface, InterfaceAddress } from '../../model/facts.ts'
import { type Binding, type Layer, layerOf, lazily } from '../expressions/scope.ts'
import { dateTime } from './date-time.ts'
import { moreFacts } from './more-facts.ts'

/** Facts of a host by the names that Ansible's `setup` gives them. Names beyond these are not gathered. Throws NeedsFacts. */
const known: Readonly<Record<string, (facts: Facts, host: string) => unknown>> = {
  architecture: ({ architecture }) => architecture,
  machine: ({ architecture }) => architecture,
  userspace_architecture: ({ architecture }) => architecture,
  system: () => 'Linux',
  distribution: ({ os }) => distributions[os.id] ?? capital(os.id),
  distribution_version: ({ os }) => os.version,
  distribution_major_version: ({ os }) => os.version.split('.')[0] ?? '',
  distribution_release: ({ os }) => os.codename || 'NA',
  lsb: ({ os }) => ({
    id: capital(os.id),
    release: os.version,
    codename: os.codename,
    description: os.name,
    major_release: os.version.split('.')[0] ?? '',
  }),
  os_family: ({ os }) =>
    ({ debian: 'Debian', redhat: 'RedHat', other: families[os.id] ?? capital(os.id) })[os.family],
  hostname: ({ hostname }) => hostname.split('.')[0] ?? hostname,
  nodename: ({ hostname }) => hostname,
  kernel: ({ kernel }) => kernel,
  pkg_mgr: ({ packageManager }) => (packageManager === 'none' ? 'unknown' : packageManager),
  service_mgr: ({ init }) => (init === 'systemd' ? 'systemd' : 'service'),
  memtotal_mb: ({ memoryMiB }) => memoryMiB,
  processor_nproc: ({ cpus }) => cpus,
  memfree_mb: ({ memory }) => memory.free,
  swaptotal_mb: ({ memory }) => memory.swap,
  swapfree_mb: ({ memory }) => memory.swapFree,
  memory_mb: ({ memoryMiB, memory: { free, swap, swapFree } }) => ({
    real: { total: memoryMiB, free, used: memoryMiB - free },
    swap: { total: swap, free: swapFree, used: swap - swapFree },
  }),
  user_id: ({ user }) => user,
  user_uid: ({ account }) => account.uid,
  user_gid: ({ account }) => account.gid,
  effective_user_id: ({ account }) => account.uid,
  effective_group_id: ({ account }) => account.gid,
  user_dir: ({ account }) => account.home,
  user_shell: ({ account }) => account.shell,
  env: ({ environment }) => environment,
  dns: ({ dns: { nameServers, search } }) => ({
    nameservers: nameServers,
    ...(search.length > 0 ? { search } : {}),
  }),
  selinux: ({ selinux }) =>
    selinux === 'absent' || selinux === 'disabled'
      ? { status: 'disabled' }
      : { status: 'enabled', mode: selinux },
  interfaces: ({ interfaces }) => Object.keys(interfaces),
  default_ipv4: (facts) => defaultAddress(facts),
  all_ipv4_addresses: ({ interfaces }) =>
    addressesOf(interfaces, 'ipv4').filter((one) => !one.startsWith('127.')),
  all_ipv6_addresses: ({ interfaces }) => addressesOf(interfaces, 'ipv6').filter((one) => one !== '::1'),
  date_time: ({ time, zone }) => dateTime(time, zone),
  ...moreFacts,
}

const distributions: Readonly<Record<string, string>> = {
  rhel: 'RedHat',
  centos: 'CentOS',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  opensuse: 'openSUSE',
  sles: 'SLES',
  amzn: 'Amazon',
}

const families: Readonly<Record<string, string>> = {
  alpine: 'Alpine',
  arch: 'Archlinux',
  sles: 'Suse',
  opensuse: 'Suse',
}

/** Names that are known before any host is asked: of the interfaces, only `ansible_facts` knows. */
export const ansibleFactNames: readonly string[] = Object.keys(known)

/** Names by which Ansible knows interfaces: which a host has shows when it was asked. */
const interfaceName = /^ansible_(?:lo|eth|en|ens|enp|eno|bond|br|team|vlan|wl|tun|tap|veth|virbr|docker)\w*$/

/** Each fact of a host as `ansible_…`; they are read, and waited for, when they are asked for, and so is a name that may be one of its interfaces. */
export function ansibleLayer(host: string, facts: () => unknown): Layer {
  const factCalled = (name: string): Binding | undefined => {
    const tell = name.startsWith('ansible_') ? known[name.slice('ansible_'.length)] : undefined
    return tell && { read: () => tell(facts() as Facts, host) }
  }
  const interfaceCalled = (name: string) => {
    const found = Object.values((facts() as Facts).interfaces).find(
      (one) => `ansible_${keyOf(one.name)}` === name,
    )
    return found && { read: () => interfaceOf(found) }
  }
  const bindingOf = (name: string) =>
    factCalled(name) ?? (interfaceName.test(name) ? interfaceCalled(name) : undefined)
  const whole = (): Layer =>
    new Map(
      ansibleFactNames.flatMap((name): (readonly [string, Binding])[] => {
        const binding = factCalled(`ansible_${name}`)
        return binding ? [[`ansible_${name}`, binding]] : []
      }),
    )
  return layerOf(whole, { get: bindingOf, has: (name) => bindingOf(name) !== undefined })
}

/** What `ansible_facts` holds: the facts of a host, and those that its tasks gathered. */
export function ansibleFacts(
  host: string,
  facts: Facts,
  gathered: ReadonlyMap<string, () => unknown>,
): object {
  const interfaces = new Map(Object.values(facts.interfaces).map((one) => [keyOf(one.name), one]))
  return lazily([...ansibleFactNames, ...interfaces.keys(), ...gathered.keys()], (name) => {
    if (gathered.has(name)) return gathered.get(name)?.()
    const one = interfaces.get(name)
    return one ? interfaceOf(one) : known[name]?.(facts, host)
  })
}

/** An interface as one of the facts; a sign that no name may have becomes an underscore. */
function keyOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, '_')
}

function interfaceOf({ name, mac, mtu, up, addresses }: Interface): unknown {
  const [first, ...others] = addresses.filter(({ family }) => family === 'ipv4').map(ipv4)
  const ipv6 = addresses
    .filter(({ family }) => family === 'ipv6')
    .map(({ address, prefix, scope }) => ({ address, prefix: String(prefix), scope }))
  return {
    device: name,
    macaddress: mac,
    mtu,
    active: up,
    ...(first ? { ipv4: first } : {}),
    ...(others.length > 0 ? { ipv4_secondaries: others } : {}),
    ...(ipv6.length > 0 ? { ipv6 } : {}),
  }
}

function ipv4({ address, prefix }: InterfaceAddress) {
  const mask = prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
  return {
    address,
    netmask: text(mask),
    network: text((number & mask) >>> 0),
    broadcast: text((number | ~mask) >>> 0),
    prefix: String(prefix),
  }
}

function defaultAddress({ defaultRoute, interfaces }: Facts): unknown {
  if (!defaultRoute) return {}
  const found = interfaces[defaultRoute.interface]
  const address = found?.addresses.find(({ family }) => family === 'ipv4')
  return {
    gateway: defaultRoute.gateway,
    interface: defaultRoute.interface,
    alias: defaultRoute.interface,
    ...(found ? { macaddress: found.mac, mtu: found.mtu } : {}),
    ...(address ? ipv4(address) : {}),
  }
}

function addressesOf(interfaces: Facts['interfaces'], family: InterfaceAddress['family']): readonly string[] {
  return Object.values(interfaces).flatMap(({ addresses }) =>
    addresses.filter((one) => one.family === family).map(({ address }) => address),
  )
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
