import ipaddr from 'ipaddr.js'
import type { Script } from '../../model/script.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Struck } from '../fault.ts'
import { occupy } from './traffic-control.ts'

const [solicitation, advertisement] = [135, 136]
const linkLocal = 'fe80::/10'

/**
 * Drops everything in and out but our own connection and what finds its ways: ARP (RFC 826), or neighbour discovery of IPv6
 * (RFC 4861). For other addresses these are dropped too: a machine without a cable neither answers for its VIPs nor announces
 * them. tc is used because iproute2 is on every machine and a firewall of the machine's own is left alone.
 */
export function onlyOurWay({ interfaces, way }: Struck): Script {
  const pass = way.to.includes(':') ? passIpv6(way) : passIpv4(way)
  return lines(
    occupy(interfaces, 'clsact', ['clsact']),
    ...interfaces.map((device) =>
      lines(
        ...pass.map(
          ({ hook, prio, rest }) =>
            sh`tc filter add dev ${device} ${hook} prio ${prio} protocol ${embed(rest)} action pass`,
        ),
        // Last, so that the way is open before the rest is closed.
        sh`tc filter add dev ${device} egress prio 9 protocol all matchall action drop`,
        sh`tc filter add dev ${device} ingress prio 9 protocol all matchall action drop`,
      ),
    ),
  )
}

/** What passes, in one of the two directions; a protocol has a `prio` of its own. */
interface Pass {
  readonly hook: 'ingress' | 'egress'
  readonly prio: number
  readonly rest: Script
}

function passIpv4({ from, to, port }: Struck['way']): readonly Pass[] {
  const words = wordsOf(to, 2)
  return [
    {
      hook: 'ingress',
      prio: 1,
      rest: sh`ip u32 match ip src ${from}/32 match ip protocol 6 0xff match ip dport ${port} 0xffff`,
    },
    {
      hook: 'egress',
      prio: 1,
      rest: sh`ip u32 match ip dst ${from}/32 match ip protocol 6 0xff match ip sport ${port} 0xffff`,
    },
    // Sender and target protocol address stand at 14 and 24 of an ARP packet for IPv4 over Ethernet; u32 wants
    // offsets that its width divides.
    {
      hook: 'ingress',
      prio: 2,
      rest: sh`arp u32 ${embed(at(24, words))}`,
    },
    {
      hook: 'egress',
      prio: 2,
      rest: sh`arp u32 ${embed(at(14, words))}`,
    },
  ]
}

function passIpv6(way: Struck['way']): readonly Pass[] {
  const [from, to] = [withoutZone(way.from), withoutZone(way.to)]
  const { port } = way
  const discovery = (type: number, more: Script) =>
    sh`ipv6 u32 match ip6 protocol 58 0xff match u8 ${type} 0xff at 40 ${embed(more)}`
  // The address that is asked or told about stands at 48. That of the link is nobody's VIP, and probes come from it.
  const about = [at(48, wordsOf(to, 4)), sh`match u16 0xfe80 0xffc0 at 48`]
  const asking = [`${to}/128`, linkLocal]
  return [
    {
      hook: 'ingress',
      prio: 1,
      rest: sh`ipv6 u32 match ip6 src ${from}/128 match ip6 protocol 6 0xff match ip6 dport ${port} 0xffff`,
    },
    {
      hook: 'egress',
      prio: 1,
      rest: sh`ipv6 u32 match ip6 dst ${from}/128 match ip6 protocol 6 0xff match ip6 sport ${port} 0xffff`,
    },
    ...about.flatMap((one): readonly Pass[] => [
      { hook: 'ingress', prio: 1, rest: discovery(solicitation, one) },
      { hook: 'egress', prio: 1, rest: discovery(advertisement, one) },
    ]),
    ...asking.flatMap((one): readonly Pass[] => [
      { hook: 'ingress', prio: 1, rest: discovery(advertisement, sh`match ip6 dst ${one}`) },
      { hook: 'egress', prio: 1, rest: discovery(solicitation, sh`match ip6 src ${one}`) },
    ]),
  ]
}

/** That these words stand somewhere in a packet, one behind the other. */
function at(offset: number, words: readonly string[]): Script {
  const matches = words.flatMap((word, index) => {
    const size = word.length / 2 - 1
    return ['match', `u${size * 8}`, word, `0x${'ff'.repeat(size)}`, 'at', offset + index * size]
  })
  return sh`${matches}`
}

function withoutZone(address: string): string {
  return address.replace(/%.*/, '')
}

/** The bytes of an address, so many at a time, as tc's u32 compares them. */
function wordsOf(address: string, size: number): readonly string[] {
  const bytes = ipaddr.parse(address).toByteArray()
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const word = bytes.slice(index * size, (index + 1) * size)
    return `0x${word.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  })
}
