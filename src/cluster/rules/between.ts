import type { Vip } from '../cluster.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** A cluster, and those of the inventory that are looked at before it. */
export interface Beside extends Subject {
  readonly before: readonly Subject[]
}

/** Rules about what clusters of one inventory do to each other. */
export const rulesBetween = {
  'between-vip-twice': {
    severity: 'error',
    reason: 'Directors of two clusters that hold one address answer for it both.',
    source: 'RFC 9568, 1.2',
    find: vipsDiffer,
  },
  'between-vrid-twice': {
    severity: 'warning',
    reason:
      'On one link, clusters with the same VRID take each other for peers, and the one with the lower priority never holds its VIPs.',
    source: 'RFC 9568, 5.2.3; openshift/installer#2966',
    find: vridsDiffer,
  },
} satisfies Family<'between', Beside>

/** Each VIP beside those of other clusters. */
function pairs({ cluster, before }: Beside) {
  return cluster.vips.flatMap((vip, index) =>
    before.flatMap(({ cluster: { vips, name } }) => vips.map((other) => ({ vip, index, other, name }))),
  )
}

function vipsDiffer(subject: Beside): readonly Wrong[] {
  return pairs(subject).flatMap(({ vip, index, other, name }) =>
    vip.address === other.address
      ? [
          wrong(
            subject,
            ['vips', index, 'address'],
            `the VIP ${other.address} is already that of the cluster ${name}`,
            'Give each cluster VIPs of its own.',
          ),
        ]
      : [],
  )
}

function vridsDiffer(subject: Beside): readonly Doubt[] {
  const sharesVrid = (one: Vip, other: Vip) =>
    one.address !== other.address && one.vrid === other.vrid && one.family === other.family
  // Only they know whether the two share a network segment.
  return pairs(subject).flatMap(({ vip, index, other, name }) =>
    sharesVrid(vip, other)
      ? [
          doubtful(
            subject,
            ['vips', index, 'vrid'],
            `the vrid ${other.vrid} is already used by the cluster ${name}: on one network segment they would clash`,
            'Give each VIP of the inventory a vrid of its own.',
          ),
        ]
      : [],
  )
}
