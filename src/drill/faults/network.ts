import { Failure } from '../../model/failure.ts'
import type { Script } from '../../model/script.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Fault, Struck } from '../fault.ts'
import { clear, occupy, occupyLowest } from './traffic-control.ts'

const isIPv4 = /^\d+\.\d+\.\d+\.\d+$/

/** The upper and the lower half of an IPv4 address, as tc's u32 compares them. */
function halves(address: string): { readonly high: string; readonly low: string } {
  if (!isIPv4.test(address))
    throw new Failure(
      'INVALID_INPUT',
      `only a connection over IPv4 survives this drill, not one to ${address}`,
      {
        next: 'give ansible_host an IPv4 address, or choose other drills',
      },
    )
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return { high: `0x${bytes.slice(0, 2).join('')}`, low: `0x${bytes.slice(2).join('')}` }
}

/**
 * Drops everything in and out but our own connection and the ARP it needs. ARP (RFC 826) for other addresses is
 * dropped too: a machine without a cable neither answers for its VIPs nor announces them. tc is used because
 * iproute2 is on every machine and a firewall of the machine's own is left alone.
 */
function onlyOurWay(struck: Struck): Script {
  const { interfaces, way } = struck
  const { high, low } = halves(way.to)
  return lines(
    occupy(interfaces, 'clsact', ['clsact']),
    ...interfaces.map((device) => onlyOurWayOn(device, way, { high, low })),
  )
}

function onlyOurWayOn(device: string, way: Struck['way'], { high, low }: ReturnType<typeof halves>): Script {
  const filter = (direction: string, preference: number, rest: Script) =>
    sh`tc filter add dev ${device} ${direction} prio ${preference} ${embed(rest)}`
  return lines(
    filter(
      'ingress',
      1,
      sh`protocol ip u32 match ip src ${way.from}/32 match ip protocol 6 0xff match ip dport ${way.port} 0xffff action pass`,
    ),
    filter(
      'egress',
      1,
      sh`protocol ip u32 match ip dst ${way.from}/32 match ip protocol 6 0xff match ip sport ${way.port} 0xffff action pass`,
    ),
    // Sender and target protocol address stand at 14 and 24 of an ARP packet for IPv4 over Ethernet; u32 wants
    // offsets that its width divides.
    filter(
      'ingress',
      2,
      sh`protocol arp u32 match u16 ${high} 0xffff at 24 match u16 ${low} 0xffff at 26 action pass`,
    ),
    filter(
      'egress',
      2,
      sh`protocol arp u32 match u16 ${high} 0xffff at 14 match u16 ${low} 0xffff at 16 action pass`,
    ),
    // Last, so that the way is open before the rest is closed.
    filter('egress', 9, sh`protocol all matchall action drop`),
    filter('ingress', 9, sh`protocol all matchall action drop`),
  )
}

function dropVrrp(struck: Struck): Script {
  const drop = (device: string, direction: string) =>
    lines(
      sh`tc filter add dev ${device} ${direction} protocol ip prio 1 u32 match ip protocol 112 0xff action drop`,
      sh`tc filter add dev ${device} ${direction} protocol ipv6 prio 2 u32 match ip6 protocol 112 0xff action drop`,
    )
  return lines(
    occupy(struck.interfaces, 'clsact', ['clsact']),
    ...struck.interfaces.flatMap((device) => [drop(device, 'ingress'), drop(device, 'egress')]),
  )
}

const netem =
  (...words: readonly string[]) =>
  ({ interfaces }: Struck) =>
    occupyLowest(interfaces, 'root', ['root', 'netem', ...words])

/** Faults of the network; VRRP is IP protocol 112 (RFC 5798). */
export const networkFaults: readonly Fault[] = [
  {
    name: 'cable-pulled',
    summary: 'the director that holds the VIP hears and says nothing more, but for our own connection',
    strikes: 'holder',
    toll: 'takeover',
    inject: onlyOurWay,
    undo: clear('clsact'),
  },
  {
    name: 'vrrp-blocked',
    summary: 'the directors stop hearing each other while everything else works: split brain',
    strikes: 'holder',
    toll: 'takeover',
    inject: dropVrrp,
    undo: clear('clsact'),
  },
  {
    name: 'realserver-unreachable',
    summary: 'one realserver drops off the network',
    strikes: 'a-realserver',
    toll: 'check',
    inject: onlyOurWay,
    undo: clear('clsact'),
  },
  {
    name: 'realserver-slow',
    summary: 'one realserver answers 400 ms late',
    strikes: 'a-realserver',
    toll: 'whole',
    inject: netem('delay', '400ms'),
    undo: clear('root'),
  },
  {
    name: 'nfs-gone',
    summary:
      'the NFS server with the pages drops off the network: the sorry page must appear where there is one',
    strikes: 'nfs-server',
    toll: 'whole',
    inject: onlyOurWay,
    undo: clear('clsact'),
  },
  {
    name: 'bad-network',
    summary: 'the holder of the VIP loses 2 % of its packets and delays the rest by 20 ms',
    strikes: 'holder',
    toll: 'nothing',
    inject: netem('delay', '20ms', '5ms', 'loss', '2%'),
    undo: clear('root'),
  },
]
