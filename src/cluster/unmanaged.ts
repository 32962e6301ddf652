import { canonical, familyOf } from './addresses.ts'
import type { UnmanagedPeer, Vip } from './cluster.ts'
import { means } from './on-directors.ts'
import type { PeerSettings } from './vocabulary/vrrp.ts'

/** Those that take turns in holding a VIP without being machines of the inventory. */
export function unmanagedPeers(
  vip: Pick<Vip, 'address' | 'instance'>,
  peers: readonly PeerSettings[],
): readonly UnmanagedPeer[] {
  return peers
    .filter((peer) => takesPart(peer, vip))
    .map(({ name, address, priority }) => ({
      name: name ?? canonical(address),
      address: canonical(address),
      ...(priority === undefined ? {} : { priority }),
    }))
}

/** Of the VIPs of its family those that it names, or all. */
export function takesPart({ address, vips }: PeerSettings, vip: Pick<Vip, 'address' | 'instance'>): boolean {
  const fits = familyOf(address) === familyOf(vip.address)
  return fits && (vips === undefined || vips.some((key) => means(key, vip)))
}
