import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { type ExpectedCluster, expectedTiers } from '../verify/expected.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import type { Sightings } from '../verify/sightings.ts'
import type { Struck } from './fault.ts'

/** What addresses and MACs belong to whom. */
export function namesOf(expected: ExpectedCluster, seen: Sightings): ReadonlyMap<string, string> {
  const own = expected.directors.flatMap(({ host }) =>
    interfacesOf(host, seen).flatMap(({ mac, addresses }) =>
      [mac, ...ownOf(addresses, expected)]
        .filter((name) => name !== '' && name !== '00:00:00:00:00:00')
        .map((name) => [name, host] as const),
    ),
  )
  // The MAC address of VRRP is on every director, and tells nobody.
  const shared = new Set(
    own
      .filter(([name, host]) => own.some(([other, of]) => other === name && of !== host))
      .map(([name]) => name),
  )
  const servers = expectedTiers(expected).flatMap((tier) => [...tier.realservers, ...serversOf(tier)])
  return new Map([
    ...own.filter(([name]) => !shared.has(name)),
    ...servers.map(({ address, host }) => [address, host] as const),
    ...expected.vips.flatMap((vip) => vip.peers.map(({ address, name }) => [address, name] as const)),
  ])
}

/** Addresses of a machine's neighbours in the cluster, without any of its own. */
export function addressesAround(
  host: string,
  expected: ExpectedCluster,
  seen: Sightings,
): Pick<Struck, 'peers' | 'realservers' | 'vips'> {
  const own = (of: string) => interfacesOf(of, seen).flatMap(({ addresses }) => ownOf(addresses, expected))
  const mine = new Set(own(host))
  const others = (addresses: readonly string[]) =>
    [...new Set(addresses)].filter((address) => isAddress(address) && !mine.has(address))
  const peers = expected.directors.filter((one) => one.host !== host)
  const unmanaged = expected.vips.flatMap((vip) => vip.peers.map(({ address }) => address))
  return {
    // Addresses of a link alone are told apart by nobody: VRRP, which uses them, is known by its protocol.
    peers: others([...peers.flatMap((peer) => [peer.address, ...own(peer.host)]), ...unmanaged]).filter(
      (address) => !/^fe[89ab]/i.test(address),
    ),
    realservers: others(serversOf(expected).map(({ address }) => address)),
    vips: expected.vips.map(({ address }) => address),
  }
}

function serversOf({ vips }: ExpectedCluster) {
  return vips.flatMap(({ services }) => services.flatMap(({ servers }) => servers))
}

function interfacesOf(host: string, { members }: Sightings): readonly Facts['interfaces'][string][] {
  const member = members.get(host)
  return !member || member instanceof Failure ? [] : Object.values(member.read(factsOfHost).interfaces)
}

function ownOf(
  addresses: readonly { readonly address: string }[],
  { vips }: ExpectedCluster,
): readonly string[] {
  const shared = new Set(vips.map(({ address }) => address))
  return addresses
    .map(({ address }) => address)
    .filter((address) => !shared.has(address) && !/^127\.|^::1$/.test(address))
}

/** A machine may be reached by a name. */
function isAddress(text: string): boolean {
  return /^[\d.]+$|:/.test(text)
}
