import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import {
  about,
  blocksOf,
  type Complaint,
  instances,
  linesOf,
  namedServer,
  said,
  servers,
  speakerOf,
  type Written,
  type WrittenFamily,
} from './subject.ts'

const isOff = /^(off|false|no)$/i

/** Rules about what the letter of the RFC forbids, where keepalived is told to keep to it. */
export const strictRules = {
  'keepalived-strict': {
    severity: 'warning',
    reason: 'vrrp_strict refuses unicast peers, and drops what is sent to the VIP itself.',
    source: 'keepalived.conf(5), vrrp_strict and accept; keepalived vrrp.c, vrrp_complete_instance',
    find: (one) => [...unicastIn(one), ...droppedIn(one)],
  },
  'keepalived-no-accept': {
    severity: 'warning',
    reason:
      'With no_accept keepalived has the firewall drop whatever is sent to the VIP before any program or IPVS sees it: such an address is good for routing alone.',
    source: 'keepalived.conf(5), no_accept and priority; keepalived vrrp_nftables.c and vrrp_iptables.c',
    find: (one) =>
      instances(one).flatMap((instance): readonly Complaint[] => {
        const line = lastOf(instance.block ?? [], 'accept', 'no_accept')
        const service = line?.keyword === 'no_accept' ? servedOn(one, instance) : undefined
        return line && service !== undefined && !isStrict(one, instance) && !isOwner(instance)
          ? [
              {
                message: `${instance.values[0]} has no_accept, and so drops what is sent to ${service}`,
                at: line.at,
                next: 'Remove no_accept.',
              },
            ]
          : []
      }),
  },
  'keepalived-link-local': {
    severity: 'warning',
    reason:
      'The first address of an advert of IPv6 is the link-local one of the virtual router; in strict mode keepalived insists on it.',
    source: 'RFC 9568, 5.2.9; keepalived vrrp.c, vrrp_complete_instance',
    find: (one) => instances(one).flatMap((instance) => linkLocalIn(one, instance)),
  },
} as const satisfies WrittenFamily

function globalLine(one: Written) {
  const block = blocksOf(one, 'global_defs').flatMap((globals) => globals.block ?? [])
  const line = lastOf(block, 'vrrp_strict')
  return line && isOff.test(line.values[0] ?? '') ? undefined : line
}

function unicastIn(one: Written): readonly Complaint[] {
  const line = globalLine(one)
  return line && one.told.speakers.some(({ unicast }) => unicast)
    ? [
        {
          message: 'vrrp_strict stands beside unicast_peer, which it forbids',
          at: line.at,
          next: 'Remove vrrp_strict.',
        },
      ]
    : []
}

function isStrict(one: Written, { block = [] }: Statement): boolean {
  const own = lastOf(block, 'strict_mode')
  return own ? !isOff.test(own.values[0] ?? '') : globalLine(one) !== undefined
}

function linkLocalIn(one: Written, instance: Statement): readonly Complaint[] {
  const isLocal = (address: string) => /^fe[89ab]/i.test(address)
  const lines = linesOf(instance, 'virtual_ipaddress')
  const [first] = lines
  const speaker = speakerOf(one, instance)
  if (!first || speaker?.family !== 'ipv6' || speaker.unicast || isLocal(first.keyword)) return []
  const later = lines.find(({ keyword }) => isLocal(keyword))
  if (!later && !isStrict(one, instance)) return []
  return [
    {
      message: `${first.keyword} stands first in ${instance.values[0]}, and is no link-local address`,
      at: first.at,
      next: later ? `Write ${later.keyword} before it.` : 'Write one before it, such as fe80::5e:1/64.',
    },
  ]
}

const isOwner = (instance: Statement) => said(instance, 'priority') === '255'

/** Whoever does not own the address, and does not accept, drops what is sent to it; version 2 knows no accepting (vrrp.c, vrrp_complete_instance). */
function droppedIn(one: Written): readonly Complaint[] {
  return instances(one).flatMap((instance) => {
    const speaker = speakerOf(one, instance)
    const isSaid = lastOf(instance.block ?? [], 'accept', 'no_accept')?.keyword === 'accept'
    const mayAccept = speaker?.version === 3
    return isStrict(one, instance) &&
      !(isSaid && mayAccept) &&
      !isOwner(instance) &&
      speaker &&
      speaker.vips.length > 0
      ? [
          about(
            instance,
            'strict_mode',
            `is strict, and so drops what is sent to its addresses${isSaid ? ': in version 2 it takes no accept' : ''}`,
            mayAccept
              ? 'Remove vrrp_strict, or add accept to the instance.'
              : 'Remove vrrp_strict, or take version 3 and add accept to the instance.',
          ),
        ]
      : []
  })
}

/** Programs that clients ask. */
const serves =
  /(^|[^\w-])(haproxy|nginx|openresty|angie|apache2|httpd|envoy|traefik|caddy|lighttpd|varnishd?|squid|postgres|mysqld|mariadbd|redis-server|named|unbound|kube-apiserver)([^\w-]|$)/

/** What clients ask at the addresses of an instance, as far as its configuration tells. */
function servedOn(one: Written, instance: Statement): string | undefined {
  const speaker = speakerOf(one, instance)
  const held = [...(speaker?.vips ?? []), ...(speaker?.excluded ?? [])]
  const server = servers(one).find(({ values: [address = ''] }) => held.includes(canonical(address)))
  if (server) return namedServer(server)
  const groups = blocksOf(one, 'vrrp_sync_group').filter((group) =>
    linesOf(group, 'group').some(({ keyword }) => keyword === instance.values[0]),
  )
  const tracked = [instance, ...groups].flatMap((tracker) =>
    ['track_script', 'track_process'].flatMap((list) => linesOf(tracker, list)),
  )
  const definitions = ['vrrp_script', 'vrrp_track_process', 'track_process'].flatMap((keyword) =>
    blocksOf(one, keyword),
  )
  return tracked
    .flatMap(({ keyword }) => definitions.filter(({ values: [name] }) => name === keyword))
    .flatMap(({ block = [] }) => lastOf(block, 'script', 'process')?.values.join(' ') ?? [])
    .flatMap((command) => serves.exec(command)?.[2] ?? [])
    .map((program) => `${program}, which it watches, on its addresses`)[0]
}
