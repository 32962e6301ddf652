import type { Facts, Interface } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { canonical, inNetwork } from './addresses.ts'
import { addressOf } from './addresses-of.ts'
import type { Cluster, Director, Vip } from './cluster.ts'
import {
  carrierOf,
  hasAddress,
  interfaceFor,
  knownAddress,
  ownAddresses,
  vrrpInterfaceFor,
} from './network.ts'
import { eachAddress } from './together.ts'

/** The interfaces of a director that a VIP is about. */
export interface Links {
  /** Carries the VIP. */
  readonly vip: Interface
  /** Carries VRRP; most often the same. */
  readonly vrrp: Interface
}

/** The interfaces of a director that a VIP is about. Throws NeedsFacts. */
export function linksOf(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): Links {
  const facts = known.facts.get(director.host)
  if (!facts) throw new NeedsFacts(director.host)
  const { host } = director
  const carries = interfaceFor(cluster, vip, director, facts)
  if (!carries)
    throw new Failure('INVALID_INPUT', `no interface of ${host} is in the network of ${vip.address}`, {
      where: { host },
      next: 'Correct the address of the VIP, or name the interface in director.',
    })
  const speaks = vrrpInterfaceFor(cluster, vip, director, facts)
  if (!speaks)
    throw new Failure('INVALID_INPUT', `${host} lacks the interface on which VRRP is to be spoken`, {
      where: { host },
      next: 'Correct vrrp_interface of director or of the VIP, or interface of cluster.vrrp.',
    })
  return { vip: carries, vrrp: speaks }
}

/** The interfaces of a director that any VIP is about, each once, as far as they are there. */
export function interfacesOf(cluster: Cluster, director: Director, facts: Facts): readonly string[] {
  const all = cluster.vips.flatMap((vip) => [
    ...eachAddress(vip).map(({ address }) => carrierOf(cluster, vip, address, director, facts)),
    vrrpInterfaceFor(cluster, vip, director, facts),
  ])
  return [...new Set(all.flatMap((device) => device?.name ?? []))]
}

/**
 * The address from which a director speaks VRRP for a VIP: the one that is said; else the one it is reached at, where that
 * is on the link that carries VRRP; else its own on that link. Throws NeedsFacts where only the director can tell.
 */
export function speaksFrom(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): string {
  const said = vip.onDirectors.get(director.host)?.address?.value
  if (said !== undefined) return said
  const facts = known.facts.get(director.host)
  if (!facts) throw new NeedsFacts(director.host)
  const device = vrrpInterfaceFor(cluster, vip, director, facts)
  const told = knownAddress(director, vip)
  if (!device || (told !== undefined && hasAddress(device, told)))
    return addressOf(cluster, vip, director, known)
  const own = ownAddresses(device, cluster, vip)
  const found = own.find((one) => inNetwork(vip.address, one)) ?? own[0]
  return found ? canonical(found.address) : addressOf(cluster, vip, director, known)
}

/**
 * The addresses from which the other directors speak to one, those among them that nobody manages here. Where one is reached on the link that carries VRRP, it need
 * not be asked: it may be the one that is down.
 */
export function peersOf(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
): readonly { readonly host: string; readonly address: string }[] {
  const { vrrp } = linksOf(cluster, vip, director, known)
  const near = ownAddresses(vrrp, cluster, vip)
  const others = cluster.directors
    .filter(({ host }) => host !== director.host)
    .map((peer) => {
      const told = vip.onDirectors.get(peer.host)?.address?.value ?? knownAddress(peer, vip)
      const isNeighbour = told !== undefined && near.some((own) => inNetwork(told, own))
      return {
        host: peer.host,
        address: isNeighbour ? told : speaksFrom(cluster, vip, peer, known),
      }
    })
  return [...others, ...vip.peers.map(({ name, address }) => ({ host: name, address }))]
}
