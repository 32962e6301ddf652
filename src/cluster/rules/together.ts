import { didYouMean } from '../../model/suggest.ts'
import type { Vip } from '../cluster.ts'
import { saidPriority } from '../on-directors.ts'
import { groupsOf } from '../together.ts'
import { type Doubt, directorsOf, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about VIPs that move together. */
export const togetherRules = {
  'together-owners': {
    severity: 'error',
    reason:
      'VIPs that move together have one state: directors that are each to hold one of them would take both from each other for ever.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: companionsHaveOneOwner,
  },
  'together-alone': {
    severity: 'warning',
    reason: 'A group of one moves nothing else: most often its name is misspelt.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: companionsAreSeveral,
  },
  'together-ranks': {
    severity: 'error',
    reason:
      'VIPs that move together have one state: directors that stand in another order for one of them contend for ever.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: companionsAreRankedAlike,
  },
} satisfies Family<'together'>

/** Directors with other priorities for one than for the other would contend for ever. */
function companionsHaveOneOwner(subject: Subject): readonly Wrong[] {
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

function companionsAreSeveral(subject: Subject): readonly Doubt[] {
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

/** Of VIPs that move together: directors that stand in another order for one than for the other would contend for ever. */
function companionsAreRankedAlike(subject: Subject): readonly Wrong[] {
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
