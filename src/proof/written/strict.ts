import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  about,
  blocksOf,
  type Complaint,
  instances,
  linesOf,
  said,
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

/** Whoever does not own the address, and does not accept, drops what is sent to it. */
function droppedIn(one: Written): readonly Complaint[] {
  return instances(one).flatMap((instance) => {
    const block = instance.block ?? []
    const accepts = lastOf(block, 'accept', 'no_accept')?.keyword === 'accept'
    return isStrict(one, instance) &&
      !accepts &&
      said(instance, 'priority') !== '255' &&
      speakerOf(one, instance)?.vips.length
      ? [
          about(
            instance,
            'strict_mode',
            'is strict, and so drops what is sent to its addresses',
            'Remove vrrp_strict, or add accept to the instance.',
          ),
        ]
      : []
  })
}
