import type { Script } from '../../model/script.ts'
import { lines, sh } from '../../shell/quote.ts'
import type { Fault, Struck } from '../fault.ts'
import { onlyOurWay } from './only-our-way.ts'
import { clear, occupy, occupyLowest } from './traffic-control.ts'

function dropVrrp(struck: Struck): Script {
  const drop = (device: string, direction: string) =>
    lines(
      sh`tc filter add dev ${device} ${direction} protocol ip prio 1 u32 match ip protocol 112 0xff action drop`,
      // With an authentication header.
      sh`tc filter add dev ${device} ${direction} protocol ip prio 1 u32 match ip protocol 51 0xff action drop`,
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
