import { clipped } from '../../model/quoted.ts'
import { didYouMean, surelyMeant } from '../../model/suggest.ts'
import { canonical, familyOf, unfitForVip } from '../addresses.ts'
import type { Vip } from '../cluster.ts'
import { areApart } from '../on-directors.ts'
import { familiesIn } from '../together.ts'
import { type Family, mended, repeated, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about the virtual addresses. */
export const vipRules = {
  'vip-twice': {
    severity: 'error',
    reason: 'Two VRRP instances with one address would both answer for it, each by its own holder.',
    source: 'keepalived.conf(5), virtual_ipaddress',
    find: vipsDiffer,
  },
  'vip-unusable': {
    severity: 'error',
    reason:
      'Loopback, multicast, link-local and broadcast addresses, and that of a network, are none that clients can ask for.',
    source: 'RFC 6890; RFC 4291, 2.4',
    find: vipsAreUsable,
  },
  'vip-of-machine': {
    severity: 'error',
    reason:
      'An address that a machine has of its own stays there when the VIP moves: two machines answer for it.',
    source: 'RFC 9568, 1.2; acassen/keepalived#821',
    find: vipsBelongToNobody,
  },
  'vip-gateway-family': {
    severity: 'error',
    reason: 'Answers leave by the gateway in the address family in which the request came.',
    source: 'LVS-HOWTO, LVS-NAT',
    find: gatewayHasTheFamily,
  },
  'vip-vrid-twice': {
    severity: 'error',
    reason:
      'Routers on one link are told apart by VRID and address family alone: two with the same one take each other for a peer.',
    source: 'RFC 9568, 5.2.3; keepalived.conf(5), virtual_router_id',
    find: vridsDiffer,
  },
  'vip-instance-twice': {
    severity: 'error',
    reason: 'keepalived knows its instances by their names, and takes the second of a name for a mistake.',
    source: 'keepalived.conf(5), vrrp_instance',
    find: instancesDiffer,
  },
  'vip-owner-unknown': {
    severity: 'error',
    reason: 'Only a director has a priority for a VIP, and so nobody else can hold it.',
    source: 'docs/inventory.md, vips[].owner',
    find: ownersAreDirectors,
  },
  'vip-family': {
    severity: 'error',
    reason: 'Version 2 of VRRP knows IPv4 alone, and packets reach a realserver in the family of the VIP.',
    source: 'RFC 3768, 1; RFC 9568, 1',
    find: familiesFit,
  },
  'vip-label-of-ipv6': {
    severity: 'error',
    reason: 'The kernel has labels for addresses of IPv4 only.',
    source: 'ip-address(8), label',
    find: labelsAreOfIpv4,
  },
} satisfies Family<'vip'>

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

function vipsDiffer(subject: Subject): readonly Wrong[] {
  return repeated(movingAddresses(subject), ({ address }) => address).map(({ item }) =>
    mended(
      wrong(
        subject,
        item.path,
        `${item.what} ${item.address} is listed twice`,
        'Remove one of the two, and list all its services under the other.',
      ),
      isCopy(subject, item.path) ? { is: 'no-item' } : undefined,
    ),
  )
}

/** Does the same list have the same, word by word, before? */
function isCopy({ settings: { vips } }: Subject, [first, index, word, at]: readonly PropertyKey[]): boolean {
  if (first !== 'vips') return false
  const [list, place] = word === 'also' ? [vips[Number(index)]?.also ?? [], at] : [vips, index]
  const said = list.map((one) => JSON.stringify(one))
  return said.indexOf(said[Number(place)] ?? '') < Number(place)
}

function vipsAreUsable(subject: Subject): readonly Wrong[] {
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

function vipsBelongToNobody(subject: Subject): readonly Wrong[] {
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
function gatewayHasTheFamily(subject: Subject): readonly Wrong[] {
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
function vridsDiffer(subject: Subject): readonly Wrong[] {
  const { vips, balancer } = subject.cluster
  const isMarked = (vip: Vip) =>
    balancer === 'ipvs' && vip.services.some(({ marked }) => marked !== undefined)
  return vips.flatMap((vip, index) => {
    const twins = vips.slice(0, index).filter((one) => one.vrid === vip.vrid && one.family === vip.family)
    const near = twins.find((one) => !areApart(one, vip))
    const marked = isMarked(vip) ? twins.find(isMarked) : undefined
    const shared = (earlier: Vip) =>
      `the VIPs ${earlier.address} and ${vip.address} share the vrid ${vip.vrid}`
    const at = ['vips', index, 'vrid']
    if (near)
      return [
        wrong(
          subject,
          at,
          `${shared(near)}: their directors would take them for one`,
          'Give each VIP a vrid of its own, 1 to 255; or, where they are on different links, say the interface of each.',
        ),
      ]
    if (marked)
      return [
        wrong(
          subject,
          at,
          `${shared(marked)}, of which the marks on their packets are made`,
          'Give each VIP with a service of several ports (also) a vrid of its own, 1 to 255.',
        ),
      ]
    return []
  })
}

function instancesDiffer(subject: Subject): readonly Wrong[] {
  return repeated(subject.cluster.vips, ({ instance }) => instance).map(({ item, index, earlier }) =>
    wrong(
      subject,
      ['vips', index, subject.settings.vips[index]?.name === undefined ? 'vrid' : 'name'],
      `the VIPs ${earlier.address} and ${item.address} both have the VRRP instance ${item.instance}`,
      'Give one of them another name.',
    ),
  )
}

function ownersAreDirectors(subject: Subject): readonly Wrong[] {
  const names = subject.cluster.directors.map(({ host }) => host)
  return subject.settings.vips.flatMap(({ owner }, index) => {
    if (owner === undefined || names.length === 0 || names.includes(owner)) return []
    const meant = didYouMean(owner, names)
    const surely = surelyMeant(owner, names)
    const complaint = wrong(
      subject,
      ['vips', index, 'owner'],
      `the owner ${clipped(owner)} is not a director`,
      meant === undefined ? `The directors are ${names.join(', ')}.` : `Did you mean ${meant}?`,
    )
    return [mended(complaint, surely === undefined ? undefined : { is: 'value', to: surely })]
  })
}

/** VRRP 2 knows IPv4 only; a realserver is reached in the family of the VIP. */
function familiesFit(subject: Subject): readonly Wrong[] {
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
    cluster[`${part}s`].flatMap(({ host, address }): readonly Wrong[] => {
      if (address === undefined || families.has(familyOf(address))) return []
      const message = `${address} of ${host} is of another address family than every VIP`
      const next = 'Give an address of the same family as the VIPs, or leave it out.'
      return [{ severity: 'error', message, next, host, path: [part, 'address'] }]
    }),
  )
  return [...version, ...addresses]
}

/** Addresses of IPv6 have no labels, ip-address(8). */
function labelsAreOfIpv4(subject: Subject): readonly Wrong[] {
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
