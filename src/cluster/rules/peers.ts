import { didYouMean } from '../../model/suggest.ts'
import { canonical, familyOf } from '../addresses.ts'
import { means } from '../on-directors.ts'
import { eachAddress } from '../together.ts'
import { takesPart } from '../unmanaged.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about directors that are no machines of the inventory, and what is needed to be heard by them. */
export const peerRules = {
  'peer-known': {
    severity: 'error',
    reason:
      'A peer that somebody else manages is none of this inventory, and has an address that does not move.',
    source: 'keepalived.conf(5), unicast_peer',
    find: peersAreOthers,
  },
  'peer-idle': {
    severity: 'error',
    reason: 'A peer of another address family, or of no VIP that there is, would never be heard.',
    source: 'RFC 9568, 5.1.1',
    find: peersTakePart,
  },
  'peer-rank': {
    severity: 'error',
    reason: 'Of equal priorities the greater address wins, which nobody remembers.',
    source: 'RFC 9568, 6.4.3',
    find: peersAreRankedApart,
  },
  'peer-password': {
    severity: 'error',
    reason: 'Version 3 of VRRP has no authentication, and a kind of it without its password is none.',
    source: 'RFC 5798, 9; keepalived.conf(5), authentication',
    find: passwordsNeedVersion2,
  },
  'peer-password-plain': {
    severity: 'warning',
    reason:
      'A password of VRRP goes over the wire in plain text: whoever could send a false advertisement can read it.',
    source: 'RFC 3768, 10; keepalived.conf(5), auth_type',
    find: passwordsAreRead,
  },
} satisfies Family<'peer'>

function peersAreOthers(subject: Subject): readonly Wrong[] {
  const { cluster, settings, all } = subject
  const members = new Map(all.map((member) => [canonical(member.address), member.name]))
  for (const { host, address } of cluster.directors) if (address !== undefined) members.set(address, host)
  const moving = new Set(cluster.vips.flatMap((vip) => eachAddress(vip).map(({ address }) => address)))
  return settings.vrrp.peers.flatMap(({ address }, index) => {
    const known = members.get(canonical(address))
    const why =
      known !== undefined
        ? `is ${known}, a machine of this inventory`
        : moving.has(canonical(address))
          ? 'is a VIP, which moves'
          : undefined
    if (why === undefined) return []
    return [
      wrong(
        subject,
        ['vrrp', 'peers', index, 'address'],
        `the peer ${address} ${why}`,
        known === undefined
          ? 'Give the address that the peer has of its own.'
          : `Leave it out; a machine that Understudy manages stands in the group ${settings.directors}.`,
      ),
    ]
  })
}

function peersTakePart(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  return settings.vrrp.peers.flatMap((peer, index) => {
    const names = cluster.vips.flatMap(({ instance, address }) => [instance, address])
    const unknown = (peer.vips ?? []).flatMap((key, at) => {
      if (cluster.vips.some((vip) => means(key, vip))) return []
      const meant = didYouMean(key, names)
      return [
        wrong(
          subject,
          ['vrrp', 'peers', index, 'vips', at],
          `${key} is no VIP and no VRRP instance of the cluster`,
          meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${meant}?`,
        ),
      ]
    })
    if (unknown.length > 0 || cluster.vips.some((vip) => takesPart(peer, vip))) return unknown
    return [
      wrong(
        subject,
        ['vrrp', 'peers', index, 'address'],
        `the peer ${peer.address} is of ${familyOf(peer.address) === 'ipv6' ? 'IPv6' : 'IPv4'}, and no VIP that it could hold is`,
        'Give its address in the family of the VIP, from which it speaks VRRP.',
      ),
    ]
  })
}

/** Of equals the one with the greater address wins, which nobody remembers. */
function peersAreRankedApart(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  return settings.vrrp.peers.flatMap((peer, index) =>
    cluster.vips.flatMap((vip) => {
      if (!takesPart(peer, vip)) return []
      const earlier = settings.vrrp.peers.slice(0, index).filter((one) => takesPart(one, vip))
      const twice = earlier.some((one) => canonical(one.address) === canonical(peer.address))
      if (twice)
        return [
          wrong(
            subject,
            ['vrrp', 'peers', index, 'address'],
            `the peer ${peer.address} is listed twice for the VIP ${vip.address}`,
            'Remove one of the two, or say in vips of each which it is about.',
          ),
        ]
      if (peer.priority === undefined) return []
      const equal =
        [...vip.priorities].find(([, priority]) => priority === peer.priority)?.[0] ??
        earlier.find(({ priority }) => priority === peer.priority)?.address
      return equal === undefined
        ? []
        : [
            wrong(
              subject,
              ['vrrp', 'peers', index, 'priority'],
              `the peer ${peer.name ?? peer.address} and ${equal} have the same priority ${peer.priority} for the VIP ${vip.address}`,
              'Say another priority in director, or in director.vips for this VIP alone.',
            ),
          ]
    }),
  )
}

/** RFC 5798, 9: version 3 has no authentication; keepalived leaves it out there, and says so. */
function passwordsNeedVersion2(subject: Subject): readonly Wrong[] {
  const { settings } = subject
  const { version, auth_type: type, auth_pass: password } = settings.vrrp
  if (type === undefined && password === undefined) return []
  const word = type === undefined ? 'auth_pass' : 'auth_type'
  if (type !== undefined && password === undefined)
    return [
      wrong(
        subject,
        ['vrrp', word],
        `auth_type ${type} needs a password`,
        'Say auth_pass, or leave auth_type out.',
      ),
    ]
  if (version === 3)
    return [
      wrong(
        subject,
        ['vrrp', word],
        'VRRP version 3 has no authentication: keepalived would leave it out, and peers that want it would not listen',
        'Set version: 2 where the others speak it, or leave auth_type and auth_pass out.',
      ),
    ]
  return []
}

function passwordsAreRead(subject: Subject): readonly Doubt[] {
  const { version, auth_type: type, auth_pass: password, unicast, peers } = subject.settings.vrrp
  // A peer that wants it is not asked for anything better.
  if (password === undefined || version === 3 || type === 'AH' || peers.length > 0) return []
  return [
    doubtful(
      subject,
      ['vrrp', type === undefined ? 'auth_pass' : 'auth_type'],
      `the password goes over the network in plain text${unicast ? '' : ', to whoever listens'}: it keeps away mistakes, not people`,
      'Leave it out; directors of this inventory need none.',
    ),
  ]
}
