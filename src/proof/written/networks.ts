import ipaddr from 'ipaddr.js'
import { addressIn, type Statement } from '../../adoption/index.ts'
import { endOfNetwork, familyOf, inNetwork, isOfNoLink, type Prefixed } from '../../cluster/index.ts'
import {
  blocksOf,
  instances,
  isAddress,
  isIn,
  linesOf,
  methodOf,
  namedReal,
  namedServer,
  realsOf,
  servers,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about the networks of addresses that move, and who is in them. */
export const networkRules = {
  'keepalived-vip-prefix': {
    severity: 'warning',
    reason:
      'The kernel takes everybody in the prefix of an address for a neighbour, on that link, and speaks to them from that address: a VIP has the prefix of the network in which it is.',
    source: 'ip-address(8), noprefixroute; RFC 1918, 3; keepalived.conf(5), virtual_ipaddress',
    find: (one) =>
      prefixesOf(one)
        .filter(isOfNoLink)
        .map(({ address, prefix, of, line }) => ({
          message: `${address}/${prefix} of ${of} says that all of /${prefix} are neighbours of its holder, which no link has`,
          at: line.at,
          next: 'Write the prefix of the network in which it is, such as /24.',
        })),
  },
  'keepalived-realserver-apart': {
    severity: 'warning',
    reason:
      'Under direct routing a realserver is reached by its MAC address, and so on a link of the director alone: one that is in another network than the VIP and the others is most often misspelt.',
    source: 'LVS-HOWTO, LVS-DR; ipvsadm(8), --gatewaying',
    find: (one) => {
      const networks = prefixesOf(one).filter(
        (each) => each.prefix < alone(each.address) && !isOfNoLink(each),
      )
      const isNear = (address: string) =>
        networks.some((each) => inNetwork(address, { ...each, family: familyOf(each.address) }))
      return servers(one).flatMap((server) => {
        const direct = realsOf(server).filter(
          (real) => (methodOf(real) ?? methodOf(server)) === 'DR' && isAddress(real.values[0] ?? ''),
        )
        const far = direct.filter(({ values: [address = ''] }) => !isNear(address))
        // Where most of them are elsewhere the director has a link there that nothing here tells of.
        return far.length === 1 && direct.length > 1
          ? far.map((real) => ({
              message: `${namedReal(real, server)} is in no network of the VIPs, in which the others are`,
              at: real.at,
              next: 'Write its address in the network of the others; what is behind a router is reached by NAT or TUN.',
            }))
          : []
      })
    },
  },
  'keepalived-realserver-unusable': {
    severity: 'error',
    reason:
      'The kernel takes no realserver whose address is not that of one machine: broadcast, multicast, unspecified, link-local of IPv6, or that of a network.',
    source: 'Linux, net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_new_dest; RFC 6890',
    find: (one) => {
      const prefixes = prefixesOf(one).filter((each) => !isOfNoLink(each))
      return servers(one).flatMap((server) =>
        [
          ...realsOf(server),
          ...(server.block ?? []).filter(({ keyword }) => keyword === 'sorry_server'),
        ].flatMap((real) => {
          const address = addressIn(real.values[0] ?? '')
          const why = address === undefined ? undefined : unusable(address, prefixes)
          return why === undefined
            ? []
            : [
                {
                  message: `${namedBehind(real, server)} can be no machine: ${why}`,
                  at: real.at,
                  next: 'Write the address of the machine that serves.',
                },
              ]
        }),
      )
    },
  },
} as const satisfies WrittenFamily

const namedBehind = (real: Statement, server: Statement) =>
  real.keyword === 'sorry_server'
    ? `the sorry_server ${real.values.join(' ')} of ${namedServer(server)}`
    : namedReal(real, server)

/** Why no machine can have an address, if so. */
function unusable(address: string, prefixes: readonly WrittenPrefix[]): string | undefined {
  const range = ipaddr.parse(address).range()
  if (['multicast', 'unspecified', 'broadcast'].includes(range)) return `it is a ${range} address`
  const family = familyOf(address)
  if (family === 'ipv6') return range === 'linkLocal' ? 'it is a link-local address' : undefined
  return prefixes
    .filter((each) => inNetwork(address, { ...each, family: familyOf(each.address) }))
    .map(({ prefix }) => endOfNetwork(address, prefix))
    .find((why) => why !== undefined)
}

/** The shortest prefix by which an address has no neighbours, or one. */
const alone = (address: string) => (address.includes(':') ? 127 : 31)

interface WrittenPrefix extends Prefixed {
  readonly of: string
  readonly line: Statement
}

/** Addresses of instances, and those that never move, with their prefixes. */
function prefixesOf(one: Written): readonly WrittenPrefix[] {
  const moving = instances(one).flatMap((instance) =>
    ['virtual_ipaddress', 'virtual_ipaddress_excluded']
      .flatMap((keyword) => linesOf(instance, keyword))
      .map((line) => ({ line, of: instance.values[0] ?? '' })),
  )
  const standing = blocksOf(one, 'static_ipaddress')
    .flatMap(({ block = [] }) => block)
    .map((line) => ({ line, of: 'static_ipaddress' }))
  return [...moving, ...standing].flatMap(({ line, of }) => {
    const [address = '', prefix] = line.keyword.split('/')
    if (!isAddress(address) || !isIn(prefix, 0, address.includes(':') ? 128 : 32)) return []
    return [{ address, prefix: Number(prefix), of, line }]
  })
}
