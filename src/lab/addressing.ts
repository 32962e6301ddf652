import { canonical, familyOf, firstHostOf, isHostOf, isWithin, overlap, prefixOf } from './ranges.ts'
import type { TopologyFile, TopologyProblem } from './topology-file.ts'

/** One network of a lab: a switch, and this computer at its gateway. */
export interface NetworkSpec {
  readonly name: string
  /** Its ranges of addresses, one of each family that it has. */
  readonly ranges: readonly string[]
  /** The address this computer has in each of them. */
  readonly gateways: readonly string[]
  readonly mtu?: number
  /** Whether this computer passes packets on between it and the other networks of which this is said. */
  readonly routed: boolean
}

/** What a machine has in one network. */
export interface InterfaceSpec {
  readonly network: string
  /** How the machine calls it. */
  readonly device: string
  /** How this computer calls the other end of its cable. */
  readonly cable: string
  readonly addresses: readonly string[]
}

/** Where a machine is in the networks of its lab. */
export interface Place {
  /** The address at which this computer reaches it. */
  readonly address: string
  readonly interfaces: readonly InterfaceSpec[]
}

/** The network of a lab that tells of one without giving it a name. */
const ONLY_NETWORK = 'lan'

/** The networks of a topology file, as it is meant; they need not fit yet. */
function networksOf(file: TopologyFile): readonly NetworkSpec[] {
  const told = file.networks ?? {
    [ONLY_NETWORK]: { network: file.network ?? ['10.77.0.0/24'], gateway: file.gateway, routed: true },
  }
  return Object.entries(told).map(([name, { network, gateway = [], mtu, routed }]) => ({
    name,
    ranges: network,
    gateways: network.map((range) =>
      canonical(gateway.find((one) => familyOf(one) === familyOf(range)) ?? firstHostOf(range)),
    ),
    ...(mtu === undefined ? {} : { mtu }),
    routed,
  }))
}

function addressesOf(machine: TopologyFile['machines'][string]): readonly string[] {
  return (machine.addresses ?? (machine.address === undefined ? [] : [machine.address])).map(canonical)
}

/** Who is where, of a file that has no problems. */
export function addressed(file: TopologyFile): {
  readonly networks: readonly NetworkSpec[]
  readonly placeOf: (machine: string) => Place
} {
  const networks = networksOf(file)
  return {
    networks,
    placeOf(name) {
      const machine = file.machines[name]
      const interfaces = machine ? interfacesOf(networks, name, addressesOf(machine)) : []
      return { address: reachedAt(file, networks, interfaces) ?? '', interfaces }
    },
  }
}

/** An interface for each network in which a machine has an address, in the order of these. */
function interfacesOf(
  networks: readonly NetworkSpec[],
  machine: string,
  addresses: readonly string[],
): readonly InterfaceSpec[] {
  const names = addresses.flatMap((one) => networkOf(networks, one)?.name ?? [])
  return [...new Set(names)].map((network, index) => ({
    network,
    device: `vec${index}`,
    cable: index === 0 ? machine : `${machine}.${index}`,
    addresses: addresses.filter((one) => networkOf(networks, one)?.name === network),
  }))
}

function networkOf(networks: readonly NetworkSpec[], address: string): NetworkSpec | undefined {
  return networks.find(({ ranges }) => ranges.some((range) => isWithin(range, address)))
}

/** The address at which this computer reaches a machine from the network of the controller, or from the machine's own. */
function reachedAt(
  { controller }: TopologyFile,
  networks: readonly NetworkSpec[],
  interfaces: readonly InterfaceSpec[],
): string | undefined {
  const from = networks.find(({ name }) => name === controller)
  if (!from) return interfaces[0]?.addresses[0]
  const own = interfaces.find(({ network }) => network === from.name)?.addresses[0]
  if (own !== undefined || !from.routed) return own
  const families = from.ranges.map(familyOf)
  return interfaces
    .filter(({ network }) => networks.some(({ name, routed }) => name === network && routed))
    .flatMap(({ addresses }) => addresses)
    .find((one) => families.includes(familyOf(one)))
}

/** What of the networks and addresses of a topology file does not fit. */
export function addressProblems(file: TopologyFile): readonly TopologyProblem[] {
  const networks = networksOf(file)
  const places = networks.map(({ name }) => (file.networks ? ['networks', name] : []))
  const problems = networks.flatMap((network, index) =>
    networkProblems(file, network, networks.slice(0, index)).map(({ path, message }) => ({
      path: [...(places[index] ?? []), ...path],
      message,
    })),
  )
  if (file.networks)
    for (const word of ['network', 'gateway'] as const)
      if (file[word])
        problems.push({ path: [word], message: 'networks tells of all of them: leave this out' })
  if (file.controller !== undefined && !networks.some(({ name }) => name === file.controller))
    problems.push({ path: ['controller'], message: `no network has this name: ${namesOf(networks)}` })
  // What follows would say again what is wrong with the networks.
  return problems.length > 0 ? problems : machinesProblems(file, networks)
}

function networkProblems(
  file: TopologyFile,
  { name, ranges, gateways, mtu }: NetworkSpec,
  before: readonly NetworkSpec[],
): readonly TopologyProblem[] {
  const said = file.networks ? file.networks[name]?.gateway : file.gateway
  return [
    ...ranges.flatMap((range, index) => rangeProblems(range, ranges.slice(0, index), before)),
    ...ranges.flatMap((range, index) =>
      isHostOf(range, gateways[index] ?? '')
        ? []
        : [{ path: ['gateway'], message: `${gateways[index]} is not a host address of ${range}` }],
    ),
    ...(said ?? []).flatMap((gateway) =>
      gateways.includes(canonical(gateway))
        ? []
        : [{ path: ['gateway'], message: `${gateway} is not an address of ${ranges.join(' or ')}` }],
    ),
    ...(mtu !== undefined && mtu < 1280 && ranges.some((range) => familyOf(range) === 6)
      ? [{ path: ['mtu'], message: 'IPv6 needs an MTU of 1280 at least' }]
      : []),
  ]
}

function rangeProblems(
  range: string,
  others: readonly string[],
  before: readonly NetworkSpec[],
): readonly TopologyProblem[] {
  const problem = (message: string) => [{ path: ['network'], message }]
  const bits = prefixOf(range)
  const [least, most] = familyOf(range) === 6 ? [32, 126] : [16, 29]
  if (bits < least || bits > most) return problem(`use a prefix from /${least} to /${most}`)
  if (others.some((other) => familyOf(other) === familyOf(range)))
    return problem('a network has one range of each family, IPv4 and IPv6')
  for (const other of before)
    for (const taken of other.ranges)
      if (overlap(range, taken)) return problem(`${range} overlaps ${taken} of the network ${other.name}`)
  return []
}

function machinesProblems(file: TopologyFile, networks: readonly NetworkSpec[]): readonly TopologyProblem[] {
  const owners = new Map(
    networks.flatMap(({ name, gateways }) =>
      gateways.map((gateway) => [gateway, gatewayWords(file, name)] as const),
    ),
  )
  return Object.entries(file.machines).flatMap(([name, machine]) => {
    const problem = (path: readonly PropertyKey[], message: string) => ({
      path: ['machines', name, ...path],
      message,
    })
    if (file.networks?.[name]) return [problem([], 'a network has this name, too: choose another')]
    if (machine.address !== undefined && machine.addresses)
      return [problem(['addresses'], 'say all addresses here, and leave out address')]
    const own = addressesOf(machine)
    if (own.length === 0) return [problem([], 'say its address, or its addresses')]
    const found = own.flatMap((address, index) => {
      const path = machine.addresses ? ['addresses', index] : ['address']
      const owner = owners.get(address)
      owners.set(address, name)
      if (owner === name) return [problem(path, `${address} is said twice`)]
      if (owner) return [problem(path, `${address} is already the address of ${owner}`)]
      const fitting = networks.flatMap(({ ranges }) => ranges).filter((range) => isHostOf(range, address))
      return fitting.length > 0 ? [] : [problem(path, outside(networks, address))]
    })
    if (found.length > 0) return found
    const interfaces = interfacesOf(networks, name, own)
    if (interfaces.some(({ cable }) => cable.length > 15))
      return [problem([], 'the name of a machine in several networks has 13 characters at most')]
    if (reachedAt(file, networks, interfaces) === undefined)
      return [problem([machine.addresses ? 'addresses' : 'address'], unreached(file, networks))]
    return []
  })
}

function gatewayWords(file: TopologyFile, network: string): string {
  return file.networks
    ? `the gateway of ${network}, which is this computer`
    : 'the gateway, which is this computer'
}

function outside(networks: readonly NetworkSpec[], address: string): string {
  const all = networks.flatMap(({ ranges }) => ranges)
  const near = all.find((range) => isWithin(range, address)) ?? (all.length === 1 ? all[0] : undefined)
  return near === undefined
    ? `${address} is in no network: ${networks.map(({ name, ranges }) => `${name} ${ranges.join(' ')}`).join(', ')}`
    : `${address} is not a host address of ${near}`
}

function unreached({ controller = '' }: TopologyFile, networks: readonly NetworkSpec[]): string {
  const routed = networks.filter((one) => one.routed)
  const from = networks.find(({ name }) => name === controller)
  return from?.routed
    ? `this computer cannot reach it from the network ${controller}: give it an address there, or of ${from.ranges.map((range) => `IPv${familyOf(range)}`).join(' or ')} in a network that is routed: ${namesOf(routed)}`
    : `this computer cannot reach it from the network ${controller}, which is not routed: give it an address there`
}

function namesOf(networks: readonly NetworkSpec[]): string {
  return networks.map(({ name }) => name).join(', ')
}
