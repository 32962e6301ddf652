import { lastOf } from '../../adoption/index.ts'
import {
  about,
  blocksOf,
  type Complaint,
  instances,
  said,
  speakerOf,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about what the letter of the RFC forbids, where keepalived is told to keep to it. */
export const strictRules = {
  'keepalived-strict': {
    severity: 'warning',
    reason: 'vrrp_strict refuses unicast peers, and drops what is sent to the VIP itself.',
    source: 'keepalived.conf(5), vrrp_strict and accept; keepalived vrrp.c, vrrp_complete_instance',
    find: (one) => [...unicastIn(one), ...droppedIn(one)],
  },
} as const satisfies WrittenFamily

function globalLine(one: Written) {
  const block = blocksOf(one, 'global_defs').flatMap((globals) => globals.block ?? [])
  return lastOf(block, 'vrrp_strict')
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

/** Whoever does not own the address, and does not accept, drops what is sent to it. */
function droppedIn(one: Written): readonly Complaint[] {
  return instances(one).flatMap((instance) => {
    const block = instance.block ?? []
    const own = lastOf(block, 'strict_mode')
    const isStrict = own ? !/^(off|false|no)$/i.test(own.values[0] ?? 'on') : globalLine(one) !== undefined
    const accepts = lastOf(block, 'accept', 'no_accept')?.keyword === 'accept'
    return isStrict &&
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
