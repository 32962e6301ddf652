import type { Speaker } from '../speaker.ts'
import { located } from '../whereabouts.ts'
import { differ, routers } from './differing.ts'
import { type Complaint, placeAt, type Written, type WrittenFamily } from './subject.ts'

/** Rules about what directors have to say alike, or otherwise than the others. */
export const agreementRules = {
  'keepalived-vrid-differs': differ(
    'error',
    'Directors with other VRIDs do not hear each other, and each of them holds the VIP.',
    'RFC 9568, 5.2.3',
    { say: ({ vrid }) => String(vrid), word: 'virtual_router_id', writes: ({ vrid }) => String(vrid) },
  ),
  'keepalived-version-differs': differ(
    'error',
    'keepalived leaves adverts of the other version unread, and each director holds the VIP.',
    'RFC 9568, 7.1; keepalived vrrp.c, vrrp_check_packet',
    { say: ({ version }) => String(version), word: 'version', writes: ({ version }) => String(version) },
  ),
  'keepalived-advert-differs': differ(
    'error',
    'With version 2 adverts of another interval are not taken, and with version 3 backups wait as long as the master says.',
    'RFC 3768, 7.1; keepalived#2458',
    { say: ({ advert }) => `${advert} s`, word: 'advert_int', writes: ({ advert }) => String(advert) },
  ),
  'keepalived-auth-differs': differ(
    'error',
    'Adverts with another password, or another kind of one, are not taken, and each director holds the VIP.',
    'RFC 3768, 7.1 and 10; openshift/installer#2966',
    {
      say: ({ auth }) => auth,
      word: 'authentication',
      show: ({ auth }) => (auth === '' ? 'none' : auth.split(' ')[0] === 'AH' ? 'AH' : 'a password'),
    },
  ),
  'keepalived-vips-differ': differ(
    'error',
    'keepalived before 2.3.3 does not take an advert that names other addresses than its own, and each director holds those it has; a later one leaves those that the master lacks with nobody.',
    'keepalived vrrp.c, vrrp_check_packet; keepalived#2444',
    { say: ({ vips }) => vips.toSorted().join(', '), word: 'virtual_ipaddress' },
  ),
  'keepalived-excluded-differ': differ(
    'warning',
    'What adverts do not name comes and goes with the VIP: a director that does not list it leaves it with nobody.',
    'keepalived.conf(5), virtual_ipaddress_excluded',
    { say: ({ excluded }) => excluded.toSorted().join(', '), word: 'virtual_ipaddress_excluded' },
  ),
  'keepalived-unicast-mixed': differ(
    'error',
    'Who expects unicast does not take multicast, nor the other way round, and each director holds the VIP.',
    'keepalived vrrp.c, vrrp_check_packet',
    { say: ({ unicast }) => (unicast ? 'unicast' : 'multicast'), word: 'unicast_peer' },
  ),
  'keepalived-multicast-differs': differ(
    'error',
    'What goes to another group of multicast is not heard, and each director holds the VIP.',
    'keepalived.conf(5), vrrp_mcast_group4 and mcast_dst_ip',
    {
      say: ({ unicast, group }) => (unicast || group === usualGroup ? 'usual' : group),
      word: 'the multicast group',
    },
  ),
  'keepalived-interface-differs': {
    severity: 'warning',
    reason:
      'Multicast stays on its link: directors whose interfaces are of one kind, and not the same, do not hear each other where these are on different ones.',
    source: 'RFC 9568, 5.1.1.2; keepalived.conf(5), interface',
    find: {
      all: (all) =>
        routers(all).flatMap(([first, ...others]) =>
          others.flatMap((other) => {
            const [here, there] = [first?.interface ?? '', other.interface]
            return first && !first.unicast && !other.unicast && here !== there && isAlike(here, there)
              ? [
                  {
                    message: `${other.name} of ${other.director} speaks on ${there}, and that of ${first.director} on ${here} (${placeAt(first.at)})`,
                    at: other.at,
                    next: 'Name the interface that is on the same link.',
                  },
                ]
              : []
          }),
        ),
    },
  },
  'keepalived-priority-equal': {
    severity: 'warning',
    reason:
      'Of equal priorities the greater address wins, which nobody remembers, and nobody takes a VIP back.',
    source: 'RFC 9568, 6.4.3; keepalived.conf(5), priority; keepalived#166',
    find: {
      all: (all) =>
        routers(all).flatMap((members) =>
          members.flatMap((one, index): readonly Complaint[] => {
            const other = members.slice(0, index).find(({ priority }) => priority === one.priority)
            return other
              ? [
                  {
                    message: `${one.director} and ${other.director} have the same priority ${one.priority} for ${vipOf(one)}`,
                    at: one.at,
                    next: 'Give each director another one.',
                  },
                ]
              : []
          }),
        ),
    },
  },
  'keepalived-two-masters': {
    severity: 'warning',
    reason:
      'Two directors that begin as MASTER contend whenever both start, and the state says nothing beside the priority.',
    source: 'keepalived.conf(5), state; RFC 9568, 6.4.1',
    find: {
      all: (all) =>
        routers(all).flatMap((members) => {
          const [first, second] = members.filter(({ startsAsMaster }) => startsAsMaster)
          return first && second
            ? [
                {
                  message: `${first.director} and ${second.director} both have state MASTER for ${vipOf(first)}`,
                  at: second.at,
                  next: 'Leave MASTER to the one with the higher priority.',
                },
              ]
            : []
        }),
    },
  },
  'keepalived-master-outranked': {
    severity: 'warning',
    reason: 'Whoever begins as MASTER with a lower priority loses the VIP as soon as the others are heard.',
    source: 'RFC 9568, 6.4.1 and 6.4.2',
    find: {
      all: (all) =>
        routers(all).flatMap((members) => {
          const [master, ...others] = members.filter(({ startsAsMaster }) => startsAsMaster)
          const higher = members.find(({ priority }) => master && priority > master.priority)
          return master && higher && others.length === 0
            ? [
                {
                  message: `${master.director} has state MASTER for ${vipOf(master)}, and its priority ${master.priority} is below the ${higher.priority} of ${higher.director}`,
                  at: master.at,
                  next: 'Exchange the priorities, or the states.',
                },
              ]
            : []
        }),
    },
  },
  'keepalived-peer-missing': {
    severity: 'error',
    reason: 'A director that another one does not list hears nothing of it, and takes the VIP for itself.',
    source: 'keepalived.conf(5), unicast_peer; keepalived#2458',
    find: {
      all: (all) =>
        routers(placed(all)).flatMap((members) =>
          members.flatMap((one) =>
            members.flatMap((other) =>
              other !== one && one.unicast && other.source !== undefined && !one.peers.includes(other.source)
                ? [
                    {
                      message: `${one.name} of ${one.director} does not list ${other.source} of ${other.director} as a unicast_peer`,
                      at: one.at,
                      next: `Add ${other.source}, or correct the unicast_src_ip of ${other.director}.`,
                    },
                  ]
                : [],
            ),
          ),
        ),
    },
  },
  'keepalived-peer-self': {
    severity: 'error',
    reason: 'A director that lists itself hears its own adverts as those of a rival with the same address.',
    source: 'keepalived.conf(5), unicast_peer',
    find: ({ told }) =>
      told.speakers.flatMap(({ name, peers, source, vips, at }) => {
        const own = peers.find((peer) => peer === source || vips.includes(peer))
        return own !== undefined
          ? [
              {
                message: `${name} lists ${own === source ? 'its own address' : 'its VIP'} ${own} as a unicast_peer`,
                at,
                next: 'List the others alone.',
              },
            ]
          : []
      }),
  },
  'keepalived-source-twice': {
    severity: 'error',
    reason: 'Two directors that speak from one address cannot be told apart.',
    source: 'RFC 9568, 6.4.3; keepalived.conf(5), unicast_src_ip and mcast_src_ip',
    find: {
      all: (all) =>
        routers(all).flatMap((members) =>
          members.flatMap((one, index) => {
            const other = members
              .slice(0, index)
              .find(({ source }) => source !== undefined && source === one.source)
            return other
              ? [
                  {
                    message: `${one.director} and ${other.director} both speak from ${one.source}`,
                    at: one.at,
                    next: 'Each speaks from an address of its own.',
                  },
                ]
              : []
          }),
        ),
    },
  },
} as const satisfies WrittenFamily

/** Names that count interfaces, or networks on them; those by slots of hardware are what the machine is. */
function isAlike(one: string, other: string): boolean {
  const kindOf = (name: string) => /^(eth|bond|br|vlan|team)\d+(\.\d+)?$/.exec(name)?.[1]
  const untagged = (name: string) => name.replace(/\.\d+$/, '')
  const isTagged = one.includes('.') && other.includes('.') && untagged(one) === untagged(other)
  return isTagged || (kindOf(one) !== undefined && kindOf(one) === kindOf(other))
}

/** The group of RFC 9568, 5.1.1.2, which counts where none is named. */
const usualGroup = '224.0.0.18'

/** With the addresses from which they speak as far as the others tell. */
function placed(all: readonly Written[]): readonly Written[] {
  const tolds = located(all.map(({ told }) => told))
  return all.map((one, index) => ({ ...one, told: tolds[index] ?? one.told }))
}

/** The first address by which messages name it. */
export function vipOf({ vips, name }: Speaker): string {
  return vips[0] ?? name
}
