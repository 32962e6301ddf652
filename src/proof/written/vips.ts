import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical, unfitForVip } from '../../cluster/index.ts'
import { mostVips } from '../addressed.ts'
import {
  about,
  blocksOf,
  type Complaint,
  instances,
  isAddress,
  isIn,
  linesOf,
  said,
  speakerOf,
  strangersIn,
  twice,
  type WrittenFamily,
} from './subject.ts'

/** Rules about the addresses that move. */
export const vipRules = {
  'keepalived-vip-own': {
    severity: 'error',
    reason:
      'An address that a director has of its own is there on it whoever is master, and goes away with a mastership that it loses.',
    source: 'RFC 9568, 1.6 and 6.4.3; keepalived.conf(5), unicast_src_ip',
    find: {
      all: (all) => {
        const own = new Map(
          all.flatMap(({ told }) =>
            told.speakers.flatMap(({ source, director, priority }) =>
              source === undefined || priority === 255 ? [] : [[source, director] as const],
            ),
          ),
        )
        return all.flatMap(({ told }) =>
          told.speakers.flatMap(({ name, vips, at }) =>
            vips
              .filter((vip) => own.has(vip))
              .map((vip) => ({
                message: `${vip} of ${name} is the address from which ${own.get(vip)} speaks`,
                at,
                next: 'Take an address that no machine has of its own.',
              })),
          ),
        )
      },
    },
  },
  'keepalived-vip-static': {
    severity: 'error',
    reason:
      'What stands in static_ipaddress keepalived gives to its machine whoever is master: a VIP there is with every director at once.',
    source: 'keepalived.conf(5), static_ipaddress; RFC 9568, 1.6',
    find: (one) => {
      const moves = new Set(one.told.speakers.flatMap(({ vips, excluded }) => [...vips, ...excluded]))
      return blocksOf(one, 'static_ipaddress').flatMap(({ block = [] }) =>
        block
          .filter(({ keyword }) => moves.has(canonical(keyword.split('/')[0] ?? '')))
          .map(({ keyword, at }) => ({
            message: `${keyword} stands in static_ipaddress, and moves as a VIP`,
            at,
            next: 'Remove it there.',
          })),
      )
    },
  },
  'keepalived-no-vip': {
    severity: 'warning',
    reason: 'An instance without a virtual_ipaddress moves nothing, and version 3 refuses it.',
    source: 'keepalived.conf(5), virtual_ipaddress; RFC 9568, 5.2.9',
    find: (one) =>
      instances(one).flatMap((instance) =>
        linesOf(instance, 'virtual_ipaddress').length > 0 ||
        said(instance, 'no_virtual_ipaddress') !== undefined ||
        lastOf(instance.block ?? [], 'no_virtual_ipaddress')
          ? []
          : [about(instance, 'virtual_ipaddress', 'has no virtual_ipaddress', 'Say which addresses move.')],
      ),
  },
  'keepalived-vip': {
    severity: 'error',
    reason:
      'keepalived leaves out what it cannot read as an address, and one of another family than the first address of its instance, which may be that from which it speaks.',
    source: 'keepalived.conf(5), virtual_ipaddress; RFC 9568, 5.2.9',
    find: (one) => instances(one).flatMap((instance) => [...wrongVips(instance), ...wrongExcluded(instance)]),
  },
  'keepalived-vip-unusable': {
    severity: 'error',
    reason:
      'Loopback, multicast, link-local and broadcast addresses, and that of a network, are none that clients can ask for.',
    source: 'RFC 6890; RFC 4291, 2.4 and 2.6.1',
    find: (one) =>
      instances(one).flatMap((instance) =>
        ['virtual_ipaddress', 'virtual_ipaddress_excluded']
          .flatMap((keyword) => linesOf(instance, keyword))
          .flatMap(({ keyword, at }) => {
            const [address = '', prefix] = keyword.split('/')
            const length = isIn(prefix, 0, 128) ? Number(prefix) : undefined
            // With VRRP of IPv6 the first address is a link-local one (RFC 9568, 5.2.9).
            const why =
              isAddress(address) && !/^fe[89ab]/i.test(address) && !isCarrier(instance, keyword)
                ? unfitForVip(address, length)
                : undefined
            return why === undefined
              ? []
              : [
                  {
                    message: `${keyword} of ${instance.values[0]} cannot be a VIP: ${why}`,
                    at,
                    next: 'Take a free address of the network of the directors.',
                  },
                ]
          }),
      ),
  },
  'keepalived-vip-on-lo': {
    severity: 'warning',
    reason:
      'keepalived announces a VIP by the interface that carries it: on lo nobody hears that, and neighbours go on sending to the MAC address of who held it before.',
    source: 'keepalived vrrp_arp.c, send_gratuitous_arp; RFC 9568, 6.4.2',
    find: (one) =>
      instances(one).flatMap((instance) =>
        ['virtual_ipaddress', 'virtual_ipaddress_excluded']
          .flatMap((keyword) => linesOf(instance, keyword))
          .filter(({ values }) => values.some((word, at) => word === 'dev' && values[at + 1] === 'lo'))
          .map(({ keyword, at }) => ({
            message: `${keyword} of ${instance.values[0]} goes on lo, where nobody hears that it has moved`,
            at,
            next: 'Name the interface of its network, or leave dev out; where routers are told of it by other means, it is well as it is.',
          })),
      ),
  },
  'keepalived-vips-many': {
    severity: 'warning',
    reason:
      'An advert holds 255 addresses, and of IPv6 only as many as one packet does: keepalived treats what is beyond like virtual_ipaddress_excluded.',
    source: 'keepalived vrrp.c, vrrp_complete_instance; RFC 9568, 5.2.5',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const speaker = speakerOf(one, instance)
        const most = mostVips[speaker?.family ?? 'ipv4']
        const count = linesOf(instance, 'virtual_ipaddress').length
        return speaker?.vips.length === most && count > most
          ? [
              about(
                instance,
                'virtual_ipaddress',
                `has ${count} addresses, of which an advert holds ${most}`,
                'List those that need not stand in adverts in virtual_ipaddress_excluded.',
              ),
            ]
          : []
      }),
  },
  'keepalived-vip-listed-twice': {
    severity: 'warning',
    reason:
      'An address that stands in an instance twice is in its adverts twice before keepalived 2.3.3, which the others do not take.',
    source: 'keepalived vrrp.c, vrrp_check_packet',
    find: (one) =>
      instances(one).flatMap((instance) =>
        twice(
          ['virtual_ipaddress', 'virtual_ipaddress_excluded'].flatMap((keyword) =>
            linesOf(instance, keyword),
          ),
          ({ keyword, values }) => [keyword.split('/')[0], values[values.indexOf('dev') + 1]].join(' '),
        ).map(({ thing }) => ({
          message: `${thing.keyword.split('/')[0]} stands in ${instance.values[0]} twice`,
          at: thing.at,
          next: 'Remove one of them.',
        })),
      ),
  },
  'keepalived-vip-twice': {
    severity: 'error',
    reason: 'Two instances that have one address take it away from each other.',
    source: 'keepalived.conf(5), virtual_ipaddress',
    find: (one) =>
      twice(
        one.told.speakers.flatMap((speaker) =>
          [...new Set([...speaker.vips, ...speaker.excluded])].map((vip) => ({ vip, speaker })),
        ),
        ({ vip }) => vip,
      ).map(({ thing: { vip, speaker }, earlier }) => ({
        message: `${vip} is an address of ${speaker.name} and of ${earlier.speaker.name}`,
        at: speaker.at,
        next: 'Leave it to one of them.',
      })),
  },
} as const satisfies WrittenFamily

/** Adverts have to name an address: a link-local one will do where the excluded ones are those that clients ask for. */
function isCarrier(instance: Statement, keyword: string): boolean {
  return (
    /^169\.254\./.test(keyword) &&
    linesOf(instance, 'virtual_ipaddress_excluded').some((line) => line.keyword !== keyword)
  )
}

/** Those may be of either family. */
function wrongExcluded(instance: Statement): readonly Complaint[] {
  return linesOf(instance, 'virtual_ipaddress_excluded').flatMap(({ keyword, at }) => {
    const [address = '', prefix] = keyword.split('/')
    return isAddress(address) && (prefix === undefined || isIn(prefix, 0, address.includes(':') ? 128 : 32))
      ? []
      : [
          {
            message: `${keyword} is no address`,
            at,
            next: 'Write an address with its prefix, such as 10.0.0.100/24.',
          },
        ]
  })
}

function wrongVips(instance: Statement): readonly Complaint[] {
  const strangers = new Map(strangersIn(instance).map((one) => [one.statement, one]))
  return linesOf(instance, 'virtual_ipaddress').flatMap((line) => {
    const [address = '', prefix] = line.keyword.split('/')
    const most = address.includes(':') ? 128 : 32
    const next = 'Write an address with its prefix, such as 10.0.0.100/24.'
    if (!isAddress(address) || (prefix !== undefined && !isIn(prefix, 0, most)))
      return [{ message: `${line.keyword} is no address`, at: line.at, next }]
    const stranger = strangers.get(line)
    return stranger
      ? [
          {
            message: `${address} is of another family than ${stranger.first}, which stands first: nobody holds it`,
            at: line.at,
            next: 'Move it to virtual_ipaddress_excluded, or to an instance of its own.',
          },
        ]
      : []
  })
}
