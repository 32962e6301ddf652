import { bracketed, familyOf, isWithin } from './ranges.ts'
import type { MachineSpec, NetworkSpec, Topology } from './topology.ts'

/**
 * The gateways to everywhere that a machine has in one of its networks: of each family it takes that of the first network
 * that leads anywhere.
 */
export function gatewaysOn(topology: Topology, machine: MachineSpec, network: string): readonly string[] {
  const ways = machine.interfaces.flatMap((one) => {
    const { gateways, routed } = networkOf(topology, one.network)
    return gateways
      .filter((gateway) => routed && one.addresses.some((own) => familyOf(own) === familyOf(gateway)))
      .map((gateway) => ({ gateway, family: familyOf(gateway), network: one.network }))
  })
  return ways
    .filter((way) => way.network === network && ways.find(({ family }) => family === way.family) === way)
    .map(({ gateway }) => gateway)
}

/** The address at which a machine finds the package proxy: this computer's in the network of the machine's first address. */
export function proxyFor(topology: Topology, { interfaces: [first] }: MachineSpec): string {
  const { ranges, gateways } = networkOf(topology, first?.network)
  const own = first?.addresses[0] ?? ''
  return gateways[ranges.findIndex((range) => isWithin(range, own))] ?? ''
}

/** Every address at which some machine looks for the package proxy. */
export function proxiesOf(topology: Topology): readonly string[] {
  return [...new Set(topology.machines.map((machine) => proxyFor(topology, machine)))]
}

/**
 * What socat is told so that this computer speaks to an address as the one who controls the machines: from its network,
 * where there is one.
 */
export function boundTo({ controller, networks }: Topology, address: string): string {
  const from = networks.find(({ name }) => name === controller)
  const source = from?.gateways.find((gateway) => familyOf(gateway) === familyOf(address))
  return source === undefined ? '' : `,bind=${bracketed(source)}`
}

function networkOf({ networks }: Topology, wanted: string | undefined): NetworkSpec {
  const found = networks.find(({ name }) => name === wanted)
  if (!found) throw new Error(`the topology has no network ${wanted}`)
  return found
}
