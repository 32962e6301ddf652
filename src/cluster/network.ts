import type { Facts, Interface, InterfaceAddress } from '../model/facts.ts'
import { canonical, familyOf, inNetwork, isReachableAddress } from './addresses.ts'
import type { Cluster, Director, Vip } from './cluster.ts'
import { allAddressesOf } from './together.ts'

/** A machine of the cluster, as far as its addresses go. */
export interface Machine {
  readonly host: string
  readonly connection: string
  readonly address?: string
}

/**
 * The addresses an interface has of its own. VIPs come and go with keepalived and must not decide anything; lo
 * has no neighbours.
 */
export function ownAddresses(
  device: Interface,
  { vips, nat }: Cluster,
  { family }: Pick<Vip, 'family'>,
): readonly InterfaceAddress[] {
  if (device.name === 'lo') return []
  const virtual = vips.flatMap(allAddressesOf)
  if (nat) virtual.push(nat.gateway)
  return device.addresses.filter(
    (one) => one.family === family && one.scope !== 'link' && !virtual.includes(canonical(one.address)),
  )
}

/**
 * The interface that carries a VIP on a director: the one the inventory names; else the one in whose network the
 * VIP is; else the one with the address Understudy connects to, about which `problemsWithFacts` has its say.
 */
export function interfaceFor(
  cluster: Cluster,
  vip: Vip,
  director: Pick<Director, 'host' | 'connection'>,
  facts: Facts,
): Interface | undefined {
  const devices = Object.values(facts.interfaces).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const named = vip.onDirectors.get(director.host)?.interface
  if (named !== undefined) return devices.find(({ name }) => name === named.value)
  return nearInterface(cluster, vip, director, facts) ?? devices.find(isReachedBy(cluster, vip, director))
}

/** The interface that carries an address which moves with a VIP: the one in whose network it is, else that of the VIP. */
export function carrierOf(
  cluster: Cluster,
  vip: Vip,
  address: string,
  director: Pick<Director, 'host' | 'connection'>,
  facts: Facts,
): Interface | undefined {
  const own = interfaceFor(cluster, vip, director, facts)
  if (address === vip.address) return own
  return nearInterface(cluster, { ...vip, address, family: familyOf(address) }, director, facts) ?? own
}

/** The interface of a director in whose network an address is; of several, the one that Understudy connects to. */
export function nearInterface(
  cluster: Cluster,
  vip: Vip,
  director: Pick<Director, 'connection'>,
  facts: Facts,
): Interface | undefined {
  const near = Object.values(facts.interfaces)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter((device) => networkOf(cluster, vip, device) !== undefined)
  return near.find(isReachedBy(cluster, vip, director)) ?? near[0]
}

function isReachedBy(cluster: Cluster, vip: Vip, { connection }: Pick<Director, 'connection'>) {
  return (device: Interface) =>
    ownAddresses(device, cluster, vip).some(({ address }) => canonical(address) === canonical(connection))
}

/**
 * The interface on which a director speaks VRRP for a VIP: the one the inventory names for it; else the one that has the
 * address from which it is to be spoken for it, or for all where that is a link of its own; else the one that carries the VIP.
 */
export function vrrpInterfaceFor(
  cluster: Cluster,
  vip: Vip,
  director: Pick<Director, 'host' | 'connection'>,
  facts: Facts,
): Interface | undefined {
  const { vrrpInterface, address } = vip.onDirectors.get(director.host) ?? {}
  const devices = Object.values(facts.interfaces)
  if (vrrpInterface !== undefined) return devices.find(({ name }) => name === vrrpInterface.value)
  const source = address && devices.find((device) => hasAddress(device, address.value))
  return source ?? linkForVrrp(cluster, vip, director, facts) ?? interfaceFor(cluster, vip, director, facts)
}

/**
 * The interface of the address that a director is said to speak from for all VIPs, where that carries none of them: a link for VRRP alone.
 * One that carries some tells nothing of the others.
 */
function linkForVrrp(
  cluster: Cluster,
  { family }: Vip,
  { host }: Pick<Director, 'host'>,
  facts: Facts,
): Interface | undefined {
  const director = cluster.directors.find((one) => one.host === host)
  const address = director?.address
  if (!director || address === undefined || familyOf(address) !== family) return undefined
  const device = Object.values(facts.interfaces).find((one) => hasAddress(one, address))
  if (!device || device.name === 'lo') return undefined
  const carriers = cluster.vips.map((vip) => interfaceFor(cluster, vip, director, facts)?.name)
  return carriers.includes(device.name) ? undefined : device
}

/** Does an interface have an address of its own or for the time being? */
export function hasAddress({ addresses }: Interface, wanted: string): boolean {
  return addresses.some(({ address }) => canonical(address) === wanted)
}

/** The address through which an interface is in the network of the VIP, if it is. */
export function networkOf(cluster: Cluster, vip: Vip, device: Interface): InterfaceAddress | undefined {
  return ownAddresses(device, cluster, vip).find((own) => inNetwork(vip.address, own))
}

/** Name of the interface that keepalived makes for a VIP with a MAC address of VRRP; as it would name it by itself. */
export function vmacOf({ family, vrid }: Pick<Vip, 'family' | 'vrid'>): string {
  return `vrrp${family === 'ipv6' ? '6' : ''}.${vrid}`
}

/** Prefix with which a director holds the VIP. */
export function prefixOf(cluster: Cluster, vip: Vip, device: Interface): number {
  if (vip.prefix !== undefined) return vip.prefix
  // A second route to the network would lead over the interface that has the MAC address of VRRP.
  if (vip.vmac && vip.family === 'ipv4') return 32
  // keepalived marks an IPv6 address that stands alone as deprecated (keepalived.conf(5), preferred_lft): otherwise the
  // kernel takes the VIP for the source of what the director itself sends, and realservers that have it answer themselves.
  return vip.family === 'ipv6' ? 128 : (networkOf(cluster, vip, device)?.prefix ?? 32)
}

/**
 * The address of a machine in the family of the VIP that can be told without asking it: the inventory's word, or
 * the address that Understudy connects to. Never a loopback address, which is how forwarded ports look.
 */
export function knownAddress(
  { address, connection }: Machine,
  { family }: Pick<Vip, 'family'>,
): string | undefined {
  const known = address ?? (isReachableAddress(connection) ? canonical(connection) : undefined)
  return known !== undefined && familyOf(known) === family ? known : undefined
}

/**
 * The address of a machine in the network of the VIP, by its facts. Where its directors need no neighbours for the packets of
 * that VIP, one in the network of the gateway, or the only one it has, does as well.
 */
export function addressByFacts(cluster: Cluster, vip: Vip, facts: Facts): string | undefined {
  const own = allAddresses(cluster, vip, facts)
  const near = (address: string) => own.find((one) => inNetwork(address, one))
  const [only, ...others] = own
  const found =
    near(vip.address) ??
    (needsNeighbours(cluster, vip)
      ? undefined
      : ((cluster.nat ? near(cluster.nat.gateway) : undefined) ?? (others.length === 0 ? only : undefined)))
  return found && canonical(found.address)
}

/** The addresses of the VIP's family that a machine has of its own, by the names of its interfaces. */
export function allAddresses(
  cluster: Cluster,
  vip: Pick<Vip, 'family'>,
  { interfaces }: Facts,
): readonly InterfaceAddress[] {
  return Object.values(interfaces)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((device) => ownAddresses(device, cluster, vip))
}

/**
 * Must realservers be in the network of the VIP? Under direct routing the director replaces nothing but the MAC address; all
 * other ways lead to any address to which there is a route.
 */
export function needsNeighbours({ balancer }: Cluster, { services }: Vip): boolean {
  return balancer === 'ipvs' && services.some(({ forwarding }) => forwarding === 'dr')
}
