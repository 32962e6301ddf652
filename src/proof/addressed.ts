import { addressIn, isLiteral, lastOf, type readInstance, type Statement } from '../adoption/index.ts'
import { canonical } from '../cluster/index.ts'
import type { Speaker } from './speaker.ts'

/**
 * So many addresses an advert holds: their number is a byte, and all of it goes into one packet of 1500 bytes (vrrp.c,
 * vrrp_complete_instance). Those beyond only move with the others.
 */
export const mostVips = { ipv4: 255, ipv6: 89 } as const

/** What an instance says of addresses, as keepalived takes it: those of the family of the first alone. */
interface Addressed extends Pick<Speaker, 'vips' | 'excluded' | 'peers' | 'unicast' | 'checksSource'> {
  /** Lines of addresses that move, and whose interfaces are watched. */
  readonly moving: readonly Statement[]
  /** Where it alone sends multicast to. */
  readonly group?: string
}

/** Takes the addresses of an instance. */
export function addressedBy(
  block: readonly Statement[],
  { family, addresses, peers: saidPeers = [] }: ReturnType<typeof readInstance>,
): Addressed {
  const isOwn = (address: string) => isLiteral(address) && address.includes(':') === (family === 'ipv6')
  const linesOf = (word: string) =>
    block.filter(({ keyword }) => keyword === word).flatMap((one) => one.block ?? [])
  const held = addresses.filter(({ address }) => isOwn(address))
  const vips = held.map(({ address }) => canonical(address))
  const excluded = linesOf('virtual_ipaddress_excluded')
  const peers = saidPeers.filter(isOwn).map(canonical)
  const group = addressIn(lastOf(block, 'mcast_dst_ip')?.values[0] ?? '')
  return {
    vips: vips.slice(0, mostVips[family]),
    excluded: [
      ...excluded.map(({ keyword }) => canonical(keyword.split('/')[0] ?? '')),
      ...vips.slice(mostVips[family]),
    ],
    peers,
    unicast: peers.length > 0,
    checksSource:
      lastOf(block, 'check_unicast_src') !== undefined ||
      linesOf('unicast_peer').some(({ values }) => values.some((word) => /^(min|max)_ttl$/.test(word))),
    moving: [...held.map((one) => one.statement), ...excluded].filter(
      ({ values }) => !values.includes('no_track'),
    ),
    ...(group !== undefined && isOwn(group) ? { group } : {}),
  }
}
