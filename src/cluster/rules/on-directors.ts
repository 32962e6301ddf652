import { didYouMean } from '../../model/suggest.ts'
import { canonical, familyOf } from '../addresses.ts'
import type { Member } from '../cluster.ts'
import { means, wordsFor } from '../on-directors.ts'
import { directorsOf, type Family, repeated, type Subject, type Wrong } from './subject.ts'

/** Rules about what directors are told of single VIPs. */
export const onDirectorRules = {
  'director-unknown-vip': {
    severity: 'error',
    reason: 'What a director is told of a VIP that is not there tells it nothing.',
    source: 'docs/inventory.md, director.vips',
    find: keysAreVips,
  },
  'director-vip-twice': {
    severity: 'error',
    reason: 'Of two entries for one VIP only one could count.',
    source: 'docs/inventory.md, director.vips',
    find: vipsAreMeantOnce,
  },
  'director-source': {
    severity: 'error',
    reason: 'VRRP is spoken from an address that the director keeps, in the family of the VIP.',
    source: 'keepalived.conf(5), unicast_src_ip and mcast_src_ip',
    find: sourcesFit,
  },
  'director-source-twice': {
    severity: 'error',
    reason: 'Two directors that speak from one address are one to whoever hears them.',
    source: 'RFC 9568, 5.1.1.1',
    find: sourcesDiffer,
  },
} satisfies Family<'director'>

function wrongOf({ name: host }: Member, path: readonly PropertyKey[], message: string, next: string): Wrong {
  return { severity: 'error', message, next, host, path: ['director', 'vips', ...path] }
}

function keysAreVips(subject: Subject): readonly Wrong[] {
  const { vips } = subject.cluster
  return directorsOf(subject).flatMap((member) =>
    Object.keys(member.director?.vips ?? {})
      .filter((key) => !vips.some((vip) => means(key, vip)))
      .map((key) => {
        const moving = vips.find(({ also }) => also.some(({ address }) => address === canonical(key)))
        const names = vips.flatMap(({ address, instance }) => [address, instance])
        const meant = didYouMean(key, names)
        return wrongOf(
          member,
          [key],
          moving
            ? `${key} moves with the VIP ${moving.address}, and has no VRRP instance of its own`
            : `${key} is no VIP of the cluster ${subject.cluster.name}, nor the name of a VRRP instance`,
          moving
            ? `Say it of ${moving.address}.`
            : meant === undefined
              ? `The VIPs are ${vips.map(({ address, instance }) => `${address} (${instance})`).join(', ')}.`
              : `Did you mean ${meant}?`,
        )
      }),
  )
}

/** By its address and by the name of its instance at once: only one of the two could count. */
function vipsAreMeantOnce(subject: Subject): readonly Wrong[] {
  return directorsOf(subject).flatMap((member) => {
    const keys = Object.keys(member.director?.vips ?? {})
    const meant = keys.map((key) => subject.cluster.vips.find((vip) => means(key, vip))?.address)
    return repeated(
      keys.map((key, at) => ({ key, vip: meant[at] })),
      ({ vip }) => vip,
    ).map(({ item, earlier }) =>
      wrongOf(
        member,
        [item.key],
        `${earlier.key} and ${item.key} are the same VIP`,
        `Put what is below ${item.key} under ${earlier.key}.`,
      ),
    )
  })
}

function addressesOf(subject: Subject) {
  return directorsOf(subject).flatMap((member) =>
    subject.cluster.vips.flatMap((vip) => {
      const own = wordsFor(member.director, vip)
      const address = own?.words.address
      return address === undefined ? [] : [{ member, vip, key: own?.key ?? '', address: canonical(address) }]
    }),
  )
}

function sourcesFit(subject: Subject): readonly Wrong[] {
  const moving = subject.cluster.vips.flatMap(({ address, also }) => [
    address,
    ...also.map((one) => one.address),
  ])
  return addressesOf(subject).flatMap(({ member, vip, key, address }) => {
    const path = [key, 'address']
    if (moving.includes(address))
      return [
        wrongOf(
          member,
          path,
          `${address} is a VIP, which moves: VRRP is not spoken from it`,
          `Give an address that ${member.name} has of its own.`,
        ),
      ]
    return familyOf(address) === vip.family
      ? []
      : [
          wrongOf(
            member,
            path,
            `${address} is of another address family than the VIP ${vip.address}`,
            'Give an address of the same family, or leave it out.',
          ),
        ]
  })
}

/** Two directors that speak from one address are one to whoever hears them. */
function sourcesDiffer(subject: Subject): readonly Wrong[] {
  return repeated(addressesOf(subject), ({ address, vip }) => `${vip.address} ${address}`).map(
    ({ item, earlier }) =>
      wrongOf(
        item.member,
        [item.key, 'address'],
        `${earlier.member.name} and ${item.member.name} would speak VRRP for ${item.vip.address} from the same address ${item.address}`,
        'Give each director an address that it has of its own.',
      ),
  )
}
