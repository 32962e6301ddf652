import { didYouMean } from '../../model/suggest.ts'
import { canonical, familyOf } from '../addresses.ts'
import type { ClusterProblem, Member, Vip } from '../cluster.ts'
import { means, saidPriority, wordsFor } from '../on-directors.ts'
import { groupsOf } from '../together.ts'
import { type Rule, repeated, type Subject } from './subject.ts'

/** Rules about what directors are told of single VIPs. */
export const onDirectorRules: readonly Rule[] = [
  keysAreVips,
  vipsAreMeantOnce,
  sourcesFit,
  sourcesDiffer,
  companionsAreRankedAlike,
]

function directorsOf({ settings, members }: Subject): readonly Member[] {
  return members.filter(({ groups }) => groups.includes(settings.directors))
}

function wrongOf(
  { name: host }: Member,
  path: readonly PropertyKey[],
  message: string,
  next: string,
): ClusterProblem {
  return { severity: 'error', message, next, host, path: ['director', 'vips', ...path] }
}

function keysAreVips(subject: Subject): readonly ClusterProblem[] {
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
function vipsAreMeantOnce(subject: Subject): readonly ClusterProblem[] {
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

function sourcesFit(subject: Subject): readonly ClusterProblem[] {
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
function sourcesDiffer(subject: Subject): readonly ClusterProblem[] {
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

/** Of VIPs that move together: directors that stand in another order for one than for the other would contend for ever. */
function companionsAreRankedAlike(subject: Subject): readonly ClusterProblem[] {
  const { cluster } = subject
  return [...groupsOf(cluster)].flatMap(([name, [first, ...others]]) =>
    others.flatMap((vip) => {
      if (!first || first.owner !== vip.owner || rankingOf(first) === rankingOf(vip)) return []
      const member = directorsOf(subject).find((one) => {
        const [here, there] = [saidPriority(one, first), saidPriority(one, vip)]
        return here?.priority !== there?.priority
      })
      const said = member && (saidPriority(member, vip) ?? saidPriority(member, first))
      return [
        {
          severity: 'error',
          message: `${first.address} and ${vip.address} are to move together (${name}), and their directors stand in different orders: ${rankingOf(first)}, and ${rankingOf(vip)}`,
          next: 'Give each director the same priority for both, or leave together out.',
          host: member?.name ?? subject.speaker,
          path: said?.path ?? ['cluster', 'vips', cluster.vips.indexOf(vip), 'together'],
        },
      ]
    }),
  )
}

function rankingOf({ priorities }: Vip): string {
  return [...priorities]
    .toSorted(([, a], [, b]) => b - a)
    .map(([host, priority]) => `${host} ${priority}`)
    .join(', ')
}
