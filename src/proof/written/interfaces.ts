import { addressIn, lastOf } from '../../adoption/index.ts'
import {
  about,
  type Complaint,
  instances,
  isAddress,
  linesOf,
  said,
  speakerOf,
  strangersIn,
  twice,
  type WrittenFamily,
  within,
} from './subject.ts'

const isSwitch = /^(on|off|yes|no|true|false)$/i

/** Rules about where VRRP is spoken, and from which address. */
export const interfaceRules = {
  'keepalived-loopback': {
    severity: 'error',
    reason: 'VRRP is spoken to other machines: keepalived refuses an instance on the loopback interface.',
    source: 'keepalived vrrp_parser.c, vrrp_int_handler',
    find: (one) =>
      instances(one).flatMap((instance) =>
        said(instance, 'interface') === 'lo'
          ? [
              about(
                instance,
                'interface',
                'speaks on lo',
                'Name the interface by which the directors reach each other.',
              ),
            ]
          : [],
      ),
  },
  'keepalived-vmac': {
    severity: 'error',
    reason:
      'The interface with the MAC address of VRRP is one of its own for each instance: what is said of it without one, or with a name that is taken, keepalived leaves out.',
    source:
      'keepalived vrrp_parser.c, vrrp_vmac_handler; vrrp.c, vrrp_complete_instance; keepalived.conf(5), use_vmac',
    find: (one) => {
      const named = instances(one).flatMap((instance) => {
        const line = lastOf(instance.block ?? [], 'use_vmac', 'use_ipvlan')
        // A MAC address, of which there are six numbers, may stand there, too.
        const name = line?.values.find((value) => !value.includes(':') && value !== 'name')
        return line && name !== undefined ? [{ name, instance, at: line.at }] : []
      })
      const taken = new Set(
        within(one.statements, ({ keyword }) => /^(default_)?interface$/.test(keyword)).flatMap(
          ({ values }) => values[0] ?? [],
        ),
      )
      return [
        ...named
          .filter(({ name }) => taken.has(name))
          .map(({ name, instance, at }) => ({
            message: `the interface of ${instance.values[0]} with the MAC address of VRRP is called ${name}, as another one`,
            at,
            next: 'Take a name that no interface has, such as vrrp.51, or none.',
          })),
        ...named
          .filter(({ name }) => isSwitch.test(name))
          .map(({ name, instance, at }) => ({
            message: `the interface of ${instance.values[0]} with the MAC address of VRRP is to be called ${name}`,
            at,
            next: /^(off|no|false)$/i.test(name)
              ? 'Remove the line: it counts, whatever stands behind it.'
              : 'Write the word alone, or a name that no interface has, such as vrrp.51.',
          })),
        ...twice(named, ({ name }) => name).map(({ thing, earlier }) => ({
          message: `${thing.instance.values[0]} and ${earlier.instance.values[0]} both make the interface ${thing.name}`,
          at: thing.at,
          next: 'Take a name for each, or none.',
        })),
        ...instances(one).flatMap((instance): readonly Complaint[] => {
          const block = instance.block ?? []
          if (lastOf(block, 'use_vmac', 'use_ipvlan')) {
            const ipvlan = lastOf(block, 'use_ipvlan')
            // Its address may stand on the same line.
            const needsSource =
              ipvlan && !ipvlan.values.some((word) => isAddress(word)) && !lastOf(block, 'use_vmac')
            const isV4 = speakerOf(one, instance)?.family === 'ipv4'
            return needsSource && isV4 && !lastOf(block, 'unicast_src_ip', 'mcast_src_ip')
              ? [
                  about(
                    instance,
                    'use_ipvlan',
                    'has use_ipvlan without an address to speak from',
                    'Add: mcast_src_ip ADDRESS',
                  ),
                ]
              : []
          }
          return lastOf(block, 'vmac_xmit_base')
            ? [
                about(
                  instance,
                  'vmac_xmit_base',
                  'has vmac_xmit_base without use_vmac',
                  'Add use_vmac, or remove it.',
                ),
              ]
            : []
        }),
      ]
    },
  },
  'keepalived-peer-address': {
    severity: 'error',
    reason:
      'A unicast_peer that is no address, or of another family than the first of its instance, keepalived leaves out, and takes an advert of it for that of a stranger.',
    source: 'keepalived vrrp_parser.c, vrrp_unicast_peer; keepalived.conf(5), unicast_peer',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const strangers = new Map(strangersIn(instance).map((one) => [one.statement, one.first]))
        return linesOf(instance, 'unicast_peer').flatMap((line): readonly Complaint[] => {
          // A mask behind it keepalived takes no notice of.
          const isPeer = addressIn(line.keyword) !== undefined
          const first = strangers.get(line)
          if (isPeer && first === undefined) return []
          return [
            {
              message: `${line.keyword} is a unicast_peer of ${instance.values[0]}, and ${isPeer ? `of another family than ${first}` : 'no address'}`,
              at: line.at,
              next: 'Write the address from which that director speaks.',
            },
          ]
        })
      }),
  },
  'keepalived-family': {
    severity: 'warning',
    reason:
      'The first address of an instance decides its family: of the other one keepalived leaves out what it is to speak from or to, and native_ipv6.',
    source: 'keepalived vrrp_parser.c, vrrp_srcip_handler and vrrp_mcast_dstip_handler',
    find: (one) =>
      instances(one).flatMap((instance) =>
        strangersIn(instance)
          .filter(({ word }) => word !== 'virtual_ipaddress' && word !== 'unicast_peer')
          .map(({ word, text, first, statement: { at } }) => ({
            message: `${word === text ? word : `${word} ${text}`} of ${instance.values[0]} is of another family than ${first}, which stands first`,
            at,
            next: 'Say addresses of one family in an instance.',
          })),
      ),
  },
  'keepalived-source-said-twice': {
    severity: 'warning',
    reason:
      'mcast_src_ip and unicast_src_ip are two words for the address to speak from: the last one counts.',
    source: 'keepalived vrrp_parser.c, vrrp_srcip_handler',
    find: (one) =>
      instances(one).flatMap((instance) => {
        const [multicast, unicast] = ['mcast_src_ip', 'unicast_src_ip'].map((word) => said(instance, word))
        return multicast !== undefined && unicast !== undefined
          ? [
              about(
                instance,
                'mcast_src_ip',
                `has mcast_src_ip ${multicast} beside unicast_src_ip ${unicast}`,
                'Keep unicast_src_ip where there is a unicast_peer, and mcast_src_ip where there is none.',
              ),
            ]
          : []
      }),
  },
  'keepalived-multicast-unheard': {
    severity: 'warning',
    reason: 'An instance that has a unicast_peer speaks no multicast: keepalived leaves mcast_dst_ip out.',
    source: 'keepalived vrrp.c, vrrp_complete_instance',
    find: (one) =>
      instances(one).flatMap((instance) =>
        lastOf(instance.block ?? [], 'mcast_dst_ip') && speakerOf(one, instance)?.unicast
          ? [
              about(
                instance,
                'mcast_dst_ip',
                'has mcast_dst_ip beside unicast_peer, which makes it of no effect',
                'Keep one of them.',
              ),
            ]
          : [],
      ),
  },
} as const satisfies WrittenFamily
