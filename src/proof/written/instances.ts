import { lastOf, type Statement } from '../../adoption/index.ts'
import type { Speaker } from '../speaker.ts'
import {
  about,
  type Complaint,
  instances,
  isAddress,
  isIn,
  linesOf,
  said,
  speakerOf,
  twice,
  type Written,
  type WrittenFamily,
  within,
} from './subject.ts'

/** Rules about each `vrrp_instance`. */
export const instanceRules = {
  'keepalived-vrid': {
    severity: 'error',
    reason: 'keepalived refuses an instance without a virtual_router_id from 1 to 255.',
    source: 'keepalived.conf(5), virtual_router_id; RFC 9568, 5.2.3',
    find: (one) =>
      instances(one).flatMap((instance) =>
        isIn(said(instance, 'virtual_router_id'), 1, 255)
          ? []
          : [
              about(
                instance,
                'virtual_router_id',
                'has no virtual_router_id from 1 to 255',
                'All who may hold the VIP say the same.',
              ),
            ],
      ),
  },
  'keepalived-vrid-twice': {
    severity: 'error',
    reason:
      'keepalived refuses two instances with one virtual_router_id on one interface, unless they speak to other groups of multicast or to other peers: it could not tell whose adverts it hears.',
    source: 'keepalived vrrp.c, check_vrid_conflicts; keepalived.conf(5), virtual_router_id',
    find: ({ told: { speakers } }) =>
      speakers.flatMap((thing, index) => {
        const earlier = speakers.slice(0, index).find((one) => isTakenFor(one, thing))
        return earlier
          ? [
              {
                message: `${thing.name} and ${earlier.name} both have the virtual_router_id ${thing.vrid} on ${thing.interface}`,
                at: thing.at,
                next: 'Give each instance one of its own.',
              },
            ]
          : []
      }),
  },
  'keepalived-instance-twice': {
    severity: 'error',
    reason: 'keepalived tells instances apart by their names, and refuses a second one of the same.',
    source: 'keepalived vrrp_parser.c, vrrp_handler',
    find: (one) =>
      twice(instances(one), ({ values }) => values[0] ?? '').map(({ thing }) => ({
        message: `there is another vrrp_instance ${thing.values[0]} above`,
        at: thing.at,
        next: 'Rename one of them.',
      })),
  },
  'keepalived-state': {
    severity: 'error',
    reason:
      'keepalived knows the states MASTER and BACKUP in capital letters, and takes anything else for neither.',
    source: 'keepalived.conf(5), state; keepalived#2256',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const state = said(instance, 'state')
        return state === undefined || state === 'MASTER' || state === 'BACKUP'
          ? []
          : [about(instance, 'state', `has the state ${state}`, 'Write MASTER or BACKUP.')]
      }),
  },
  'keepalived-priority': {
    severity: 'error',
    reason: 'A priority is a number from 1 to 255; 255 is for whoever has the address anyway.',
    source: 'RFC 9568, 5.2.4; keepalived.conf(5), priority',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const priority = said(instance, 'priority')
        return priority === undefined || isIn(priority, 1, 255)
          ? []
          : [about(instance, 'priority', `has the priority ${priority}`, 'Write a number from 1 to 254.')]
      }),
  },
  'keepalived-interface': {
    severity: 'error',
    reason:
      'keepalived refuses an instance that says neither its interface nor, with unicast, from which address it speaks.',
    source: 'keepalived vrrp.c, chk_min_cfg and vrrp_complete_instance',
    find: (one) =>
      instances(one).flatMap((instance) =>
        said(instance, 'interface') || said(instance, 'unicast_src_ip')
          ? []
          : [about(instance, 'interface', 'has no interface', 'Name the one on which VRRP is spoken.')],
      ),
  },
  'keepalived-interface-name': {
    severity: 'error',
    reason:
      'The kernel knows no interface whose name has more than 15 characters, and none by the name of an alias (eth0:1), as ip(8) shows one with its peer (eth0@if5), or with a sign behind it (eth0;), and none is called by its address; an address with a longer label keepalived leaves out.',
    source: 'linux/if.h, IFNAMSIZ; keepalived vrrp_if.c and vrrp_ipaddress.c',
    find: (one) =>
      namesIn(one).flatMap(({ name, says, at, isLabel }) =>
        name.length > 15 || (!isLabel && (/[:@/;,]/.test(name) || isAddress(name)))
          ? [{ message: `${says} names ${name}, which is no interface`, at, next: nextOf(name, isLabel) }]
          : [],
      ),
  },
  'keepalived-advert': {
    severity: 'warning',
    reason: 'Version 2 counts whole seconds, and keepalived rounds what has a fraction.',
    source: 'RFC 3768, 5.3.7; keepalived.conf(5), advert_int',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const advert = said(instance, 'advert_int')
        const speaker = speakerOf(one, instance)
        if (advert === undefined || !speaker) return []
        if (!(Number(advert) > 0))
          return [
            about(instance, 'advert_int', `has an advert_int of ${advert}`, 'Write seconds; 1 is usual.'),
          ]
        if (Number(advert) > 255)
          return [
            about(
              instance,
              'advert_int',
              `has an advert_int of ${advert}, which keepalived does not take`,
              'Write at most 255; 1 is usual.',
            ),
          ]
        return speaker.advert === Number(advert)
          ? []
          : [
              about(
                instance,
                'advert_int',
                `speaks version ${speaker.version}, and its advert_int of ${advert} s becomes ${speaker.advert} s`,
                'Say version 3, which counts hundredths of a second.',
              ),
            ]
      }),
  },
  'keepalived-nopreempt': {
    severity: 'warning',
    reason:
      'nopreempt and preempt_delay have no effect beside the state MASTER, nor does nopreempt beside the priority 255, a delay beside nopreempt, and of preempt and nopreempt the first.',
    source:
      'keepalived.conf(5), nopreempt and preempt_delay; keepalived vrrp.c, vrrp_complete_instance; keepalived#2379',
    find: (one) => instances(one).flatMap((instance) => idlePreempting(instance, speakerOf(one, instance))),
  },
  'keepalived-unicast-nobody': {
    severity: 'warning',
    reason:
      'Without a unicast_peer of its family keepalived speaks multicast, which no cloud and few routers pass on; with unicast_fault_no_peer it never holds the VIP.',
    source: 'keepalived vrrp.c, vrrp_complete_instance; keepalived.conf(5), unicast_src_ip',
    find: (one) =>
      instances(one).flatMap((instance) =>
        lastOf(instance.block ?? [], ...ofUnicast) && !speakerOf(one, instance)?.unicast
          ? [
              about(
                instance,
                'unicast_src_ip',
                `${lastOf(instance.block ?? [], 'unicast_fault_no_peer') ? 'never leaves FAULT' : 'speaks multicast'}: it names no unicast_peer`,
                'Add those of the other directors, or say mcast_src_ip.',
              ),
            ]
          : [],
      ),
  },
  'keepalived-multicast-group': {
    severity: 'warning',
    reason:
      'Routers and switches pass on only what goes to 224.0.0.0/24 as VRRP needs it; other groups were seen to split directors.',
    source: 'RFC 9568, 5.1.1.2; keepalived#1663',
    find: (one) =>
      one.told.speakers.flatMap(({ name, group, family, unicast, at }) =>
        unicast || family === 'ipv6' || group === 'usual' || group.startsWith('224.0.0.')
          ? []
          : [
              {
                message: `${name} sends its adverts to ${group}`,
                at,
                next: 'Take a group of 224.0.0.0/24; 224.0.0.18 is usual.',
              },
            ],
      ),
  },
} as const satisfies WrittenFamily

/** Do adverts for one reach the other, too? By multicast of one group they do, and by unicast those of peers that both have. */
function isTakenFor(one: Speaker, other: Speaker): boolean {
  if (one.vrid !== other.vrid || one.family !== other.family || one.interface !== other.interface)
    return false
  if (one.unicast !== other.unicast) return false
  if (!one.unicast) return one.group === other.group
  return one.source === other.source && one.peers.some((peer) => other.peers.includes(peer))
}

function idlePreempting(instance: Statement, speaker: Speaker | undefined): readonly Complaint[] {
  const block = instance.block ?? []
  const last = lastOf(block, 'nopreempt', 'preempt')?.keyword
  const keeps = last === 'nopreempt'
  const delays = Number(said(instance, 'preempt_delay') ?? 0) > 0
  const none = 'which makes it of no effect'
  const asBackup = 'Write state BACKUP on all directors.'
  if (last !== undefined && lastOf(block, 'preempt') && lastOf(block, 'nopreempt'))
    return [about(instance, last, `has preempt and nopreempt, of which ${last} counts`, 'Keep one of them.')]
  if (speaker?.startsAsMaster && keeps)
    return [about(instance, 'nopreempt', `has nopreempt beside state MASTER, ${none}`, asBackup)]
  if (speaker?.startsAsMaster && delays)
    return [about(instance, 'preempt_delay', `has preempt_delay beside state MASTER, ${none}`, asBackup)]
  if (speaker?.priority === 255 && keeps)
    return [
      about(
        instance,
        'nopreempt',
        `has nopreempt beside the priority 255, ${none}`,
        'Take a priority of 254 at most.',
      ),
    ]
  return keeps && delays
    ? [about(instance, 'preempt_delay', 'has a preempt_delay and nopreempt', 'Leave one of them out.')]
    : []
}

/** Words that say something of unicast alone. */
const ofUnicast =
  'unicast_src_ip unicast_peer unicast_ttl check_unicast_src old_unicast_checksum unicast_fault_no_peer'.split(
    ' ',
  )

interface Named {
  readonly name: string
  readonly says: string
  readonly at: Statement['at']
  readonly isLabel?: true
}

/** Where interfaces are named. */
function namesIn({ statements }: Written): readonly Named[] {
  return statements.flatMap((top) => [
    ...within(top.block ?? [], ({ keyword }) =>
      /^((default_)?interface|use_vmac|use_ipvlan|lvs_sync_daemon)$/.test(keyword),
    ).flatMap(({ keyword, values, at }): readonly Named[] => {
      // Behind use_vmac a MAC address may stand instead of a name, and behind use_ipvlan an address.
      const isMac = /^use_/.test(keyword) && values[0]?.includes(':')
      const isOwn = keyword === 'use_ipvlan' && isAddress(values[0] ?? '')
      return isMac || isOwn ? [] : [{ name: values[0] ?? '', says: keyword, at }]
    }),
    ...linesOf(top, 'track_interface').map(({ keyword, at }) => ({
      name: keyword,
      says: 'track_interface',
      at,
    })),
    ...['virtual_ipaddress', 'virtual_ipaddress_excluded']
      .flatMap((list) => linesOf(top, list))
      .flatMap(({ keyword, values, at }) =>
        values.flatMap((word, index): readonly Named[] => {
          const name = values[index + 1]
          if (name === undefined || (word !== 'dev' && word !== 'label')) return []
          return [{ name, says: `${word} of ${keyword}`, at, ...(word === 'label' ? { isLabel: true } : {}) }]
        }),
      ),
  ])
}

function nextOf(name: string, isLabel = false): string {
  if (isLabel) return 'Take a label of at most 15 characters.'
  const [bare = ''] = name.split(/[:@;,]/)
  return bare !== name && !isAddress(name)
    ? `Write ${bare}.`
    : 'Write its name as `ip link` shows it, at most 15 characters.'
}
