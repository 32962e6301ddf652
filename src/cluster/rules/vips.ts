import { clipped } from '../../model/quoted.ts'
import { didYouMean } from '../../model/suggest.ts'
import { canonical, familyOf, unfitForVip } from '../addresses.ts'
import type { ClusterProblem } from '../cluster.ts'
import { areApart } from '../on-directors.ts'
import { familiesIn, groupsOf } from '../together.ts'
import { doubtful, type Rule, repeated, type Subject, wrong } from './subject.ts'

/** Rules about the virtual addresses. */
export const vipRules: readonly Rule[] = [
  vipsDiffer,
  vipsAreUsable,
  vipsBelongToNobody,
  gatewayHasTheFamily,
  vridsDiffer,
  instancesDiffer,
  ownersAreDirectors,
  familiesFit,
  labelsAreOfIpv4,
  companionsHaveOneOwner,
  companionsAreSeveral,
]

/** Every address that moves: the VIPs, those that move with them, and the gateway of the realservers. */
function movingAddresses({ cluster: { vips, nat } }: Subject) {
  return [
    ...vips.flatMap(({ address, prefix, also }, index) => [
      { what: 'the VIP', address, prefix, path: ['vips', index, 'address'] },
      ...also.map((one, at) => ({
        what: 'the VIP',
        address: one.address,
        prefix: one.prefix,
        path: ['vips', index, 'also', at],
      })),
    ]),
    ...(nat && vips[0]
      ? [
          {
            what: 'the gateway',
            address: nat.gateway,
            prefix: undefined,
            path: ['nat', 'gateway'],
          },
        ]
      : []),
  ]
}

function vipsDiffer(subject: Subject): readonly ClusterProblem[] {
  return repeated(movingAddresses(subject), ({ address }) => address).map(({ item }) =>
    wrong(
      subject,
      item.path,
      `${item.what} ${item.address} is listed twice`,
      'Remove one of the two, and list all its services under the other.',
    ),
  )
}

function vipsAreUsable(subject: Subject): readonly ClusterProblem[] {
  return movingAddresses(subject).flatMap(({ what, address, prefix, path }) => {
    const why = unfitForVip(address, prefix)
    if (why === undefined) return []
    return [
      wrong(
        subject,
        path,
        `${address} cannot be a ${what === 'the VIP' ? 'VIP' : 'gateway'}: ${why}`,
        'Choose a free address in the network of the directors.',
      ),
    ]
  })
}

function vipsBelongToNobody(subject: Subject): readonly ClusterProblem[] {
  const addresses = new Map(subject.all.map((member) => [canonical(member.address), member.name]))
  for (const { host, address } of [...subject.cluster.directors, ...subject.cluster.realservers])
    if (address !== undefined) addresses.set(address, host)
  return movingAddresses(subject).flatMap(({ what, address, path }) => {
    const owner = addresses.get(address)
    if (owner === undefined) return []
    return [
      wrong(
        subject,
        path,
        `${what} ${address} is the address of ${owner} itself`,
        `${what === 'the VIP' ? 'A VIP' : 'It moves, and'} must be an address that no machine has of its own.`,
      ),
    ]
  })
}

/** Answers leave by the gateway in the family in which they came, and there is one gateway. */
function gatewayHasTheFamily(subject: Subject): readonly ClusterProblem[] {
  const { vips, nat } = subject.cluster
  if (!nat || !vips[0]) return []
  if (familyOf(nat.gateway) !== vips[0].family)
    return [
      wrong(
        subject,
        ['nat', 'gateway'],
        `the gateway ${nat.gateway} is of another address family than the VIP that it moves with`,
        'Give an address of the family of the first VIP.',
      ),
    ]
  return vips.flatMap(({ also, services, address, family }, index) =>
    services.every(({ forwarding }) => forwarding !== 'nat')
      ? []
      : also.flatMap((one, at) =>
          familyOf(one.address) === family
            ? []
            : [
                wrong(
                  subject,
                  ['vips', index, 'also', at],
                  `${one.address} is of another address family than ${address}: what realservers answer to its clients would not leave by the gateway ${nat.gateway}`,
                  'Leave it out, or take another forwarding than nat.',
                ),
              ],
        ),
  )
}

/** Routers are told apart by VRID, separately for IPv4 and IPv6, on each link on which VRRP is spoken. */
function vridsDiffer(subject: Subject): readonly ClusterProblem[] {
  const { vips } = subject.cluster
  return vips.flatMap((vip, index) => {
    const earlier = vips
      .slice(0, index)
      .find((one) => one.vrid === vip.vrid && one.family === vip.family && !areApart(one, vip))
    if (!earlier) return []
    return [
      wrong(
        subject,
        ['vips', index, 'vrid'],
        `the VIPs ${earlier.address} and ${vip.address} share the vrid ${vip.vrid}: their directors would take them for one`,
        'Give each VIP a vrid of its own, 1 to 255.',
      ),
    ]
  })
}

function instancesDiffer(subject: Subject): readonly ClusterProblem[] {
  return repeated(subject.cluster.vips, ({ instance }) => instance).map(({ item, index, earlier }) =>
    wrong(
      subject,
      ['vips', index, subject.settings.vips[index]?.name === undefined ? 'vrid' : 'name'],
      `the VIPs ${earlier.address} and ${item.address} both have the VRRP instance ${item.instance}`,
      'Give one of them another name.',
    ),
  )
}

function ownersAreDirectors(subject: Subject): readonly ClusterProblem[] {
  const names = subject.cluster.directors.map(({ host }) => host)
  return subject.settings.vips.flatMap(({ owner }, index) => {
    if (owner === undefined || names.length === 0 || names.includes(owner)) return []
    const meant = didYouMean(owner, names)
    return [
      wrong(
        subject,
        ['vips', index, 'owner'],
        `the owner ${clipped(owner)} is not a director`,
        meant === undefined ? `The directors are ${names.join(', ')}.` : `Did you mean ${meant}?`,
      ),
    ]
  })
}

/** VRRP 2 knows IPv4 only; a realserver is reached in the family of the VIP. */
function familiesFit(subject: Subject): readonly ClusterProblem[] {
  const { cluster } = subject
  const version = cluster.vips.flatMap(({ address, family }, index) =>
    family === 'ipv6' && cluster.vrrp.version === 2
      ? [
          wrong(
            subject,
            ['vips', index, 'address'],
            `the VIP ${address} needs VRRP version 3: version 2 knows no IPv6`,
            'Leave version out of cluster.vrrp; 3 is the default.',
          ),
        ]
      : [],
  )
  const families = familiesIn(cluster)
  const addresses = (['realserver', 'director'] as const).flatMap((part) =>
    cluster[`${part}s`].flatMap(({ host, address }): readonly ClusterProblem[] => {
      if (address === undefined || families.has(familyOf(address))) return []
      const message = `${address} of ${host} is of another address family than every VIP`
      const next = 'Give an address of the same family as the VIPs, or leave it out.'
      return [{ severity: 'error', message, next, host, path: [part, 'address'] }]
    }),
  )
  return [...version, ...addresses]
}

/** Addresses of IPv6 have no labels, ip-address(8). */
function labelsAreOfIpv4(subject: Subject): readonly ClusterProblem[] {
  return subject.cluster.vips.flatMap(({ address, family, label }, index) =>
    label === undefined || family === 'ipv4'
      ? []
      : [
          wrong(
            subject,
            ['vips', index, 'label'],
            `the VIP ${address} is of IPv6, where addresses have no labels`,
            'Leave label out.',
          ),
        ],
  )
}

/** Directors with other priorities for one than for the other would contend for ever. */
function companionsHaveOneOwner(subject: Subject): readonly ClusterProblem[] {
  return [...groupsOf(subject.cluster)].flatMap(([name, [first, ...others]]) =>
    others.flatMap((vip) =>
      first === undefined || vip.owner === first.owner
        ? []
        : [
            wrong(
              subject,
              ['vips', subject.cluster.vips.indexOf(vip), 'owner'],
              `${first.address} and ${vip.address} are to move together (${name}), and have different owners, ${first.owner} and ${vip.owner}`,
              'Give them the same owner, or leave together out.',
            ),
          ],
    ),
  )
}

function companionsAreSeveral(subject: Subject): readonly ClusterProblem[] {
  const groups = groupsOf(subject.cluster)
  const names = [...groups.keys()]
  return [...groups].flatMap(([name, [vip, ...others]]) => {
    if (!vip || others.length > 0) return []
    const meant = didYouMean(
      name,
      names.filter((one) => one !== name),
    )
    return [
      doubtful(
        subject,
        ['vips', subject.cluster.vips.indexOf(vip), 'together'],
        `${vip.address} is the only VIP that says together: ${name}: nothing moves with it`,
        meant === undefined
          ? 'Say the same name at the VIPs that shall move with it.'
          : `Did you mean ${meant}?`,
      ),
    ]
  })
}
