import type { Speaker } from '../speaker.ts'
import { effectOf, keyOf } from '../tracks.ts'
import { routers } from './differing.ts'
import { blocksOf, type Complaint, linesOf, type Written, type WrittenFamily } from './subject.ts'

/** Rules about what one director does to move a VIP and another one does not. */
export const unlikeRules = {
  'keepalived-tracks-differ': {
    severity: 'warning',
    reason:
      'A director that watches nothing takes the VIP, and keeps it, while what the others watch fails on it.',
    source: 'keepalived.conf(5), track_script and track_process',
    find: {
      all: (all) =>
        routers(all).flatMap((members) => {
          const watches = ({ tracks }: Speaker) =>
            tracks.filter(({ is }) => is === 'script' || is === 'process')
          const watching = members.find((one) => watches(one).length > 0)
          return members
            .filter((one) => watching && watches(one).length === 0 && one.priority !== 255)
            .map((one) => ({
              message: `${one.name} of ${one.director} tracks nothing, and that of ${watching?.director} ${watches(
                watching as Speaker,
              )
                .map(keyOf)
                .join(', ')}`,
              at: one.at,
              next: 'Let all directors track the same.',
            }))
        }),
    },
  },
  'keepalived-nopreempt-differs': {
    severity: 'warning',
    reason:
      'Whoever has the highest priority takes a VIP back: nopreempt of the others, who never outrank it, keeps nothing where it is.',
    source: 'keepalived.conf(5), nopreempt; RFC 9568, 6.4.3',
    find: {
      all: (all) =>
        routers(all).flatMap((members) => {
          const [first, ...others] = members.toSorted((one, other) => other.priority - one.priority)
          const keeps = others.find(({ nopreempt }) => nopreempt)
          return first && keeps && !first.nopreempt && first.priority !== 255 && first.preemptDelay === 0
            ? [
                {
                  message: `${keeps.director} has nopreempt for ${keeps.vips[0] ?? keeps.name}, and ${first.director}, which has the highest priority, takes it back`,
                  at: first.at,
                  next: 'Write nopreempt and state BACKUP on all directors.',
                },
              ]
            : []
        }),
    },
  },
  'keepalived-vmac-differs': {
    severity: 'warning',
    reason:
      'The MAC address of VRRP moves among directors that use it: to one that does not, neighbours have to learn another one.',
    source: 'RFC 9568, 7.3; keepalived.conf(5), use_vmac',
    find: {
      all: (all) => {
        const uses = new Map(
          all.flatMap((one) =>
            blocksOf(one, 'vrrp_instance').map((instance) => [
              `${instance.at.file}:${instance.at.line}`,
              (instance.block ?? []).some(({ keyword }) => keyword === 'use_vmac'),
            ]),
          ),
        )
        const usesIt = ({ at }: Speaker) => uses.get(`${at.file}:${at.line}`) === true
        return routers(all).flatMap((members) => {
          const [using, not] = [members.find(usesIt), members.find((one) => !usesIt(one))]
          return using && not
            ? [
                {
                  message: `${using.director} uses the MAC address of VRRP for ${using.vips[0] ?? using.name}, and ${not.director} does not`,
                  at: not.at,
                  next: 'Write use_vmac on all directors, or on none.',
                },
              ]
            : []
        })
      },
    },
  },
  'keepalived-priority-tie': {
    severity: 'warning',
    reason:
      'Priorities are between 1 and 254 whatever is added: two that come to the same let the greater address win, and nobody takes a VIP back.',
    source: 'keepalived vrrp_track.c, vrrp_set_effective_priority; RFC 9568, 6.4.3',
    find: {
      all: (all) =>
        routers(all).flatMap((members) => {
          const told = members.map((one) => ({ one, priority: whileWell(one, all) }))
          return told.flatMap(({ one, priority }, index): readonly Complaint[] => {
            const other = told.slice(0, index).find((before) => before.priority === priority)
            return other && other.one.priority !== one.priority
              ? [
                  {
                    message: `${one.director} and ${other.one.director} come to the same priority ${priority} for ${one.vips[0] ?? one.name} while all is well: they have ${one.priority} and ${other.one.priority}, and what they track adds the rest`,
                    at: one.at,
                    next: 'Lower the priorities, such that none comes to more than 254, or take negative weights.',
                  },
                ]
              : []
          })
        }),
    },
  },
  'keepalived-groups-differ': {
    severity: 'warning',
    reason:
      'Instances that one director moves together and another one does not part when one of them fails: one VIP is here, the other there.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: {
      all: (all) =>
        all.flatMap((one) =>
          groupsIn(one).flatMap(({ name, at, members }) =>
            all
              .filter((other) => other !== one && knows(other, members))
              .filter(
                (other) =>
                  !groupsIn(other).some((own) => members.every((each) => own.members.includes(each))),
              )
              .map((other) => ({
                message: `${one.name} moves ${members.join(' and ')} together (${name}), and ${other.name} does not`,
                at,
                next: 'Write the same vrrp_sync_group on all directors.',
              })),
          ),
        ),
    },
  },
  'keepalived-prefix-differs': {
    severity: 'warning',
    reason:
      'The prefix of a VIP says which neighbours its holder reaches directly: after a takeover it is another one.',
    source: 'keepalived.conf(5), virtual_ipaddress; ip-address(8)',
    find: {
      all: ([first, ...others]) => {
        const known = prefixesIn(first)
        return others.flatMap((other) =>
          prefixesIn(other).flatMap(({ address, prefix, at }) => {
            const before = known.find((one) => one.address === address)
            return before && before.prefix !== prefix
              ? [
                  {
                    message: `${address} has the prefix /${prefix} on ${other.name} and /${before.prefix} on ${first?.name}`,
                    at,
                    next: 'Write the same on all directors; without one it is /32, or /128.',
                  },
                ]
              : []
          }),
        )
      },
    },
  },
} as const satisfies WrittenFamily

/** The priority that others are told while nothing fails. */
function whileWell({ director, priority, tracks }: Speaker, all: readonly Written[]): number {
  if (priority === 255) return priority
  const watched = all.find(({ told }) => told.director === director)?.told.watched ?? []
  const added = tracks.map((track) => {
    const well = watched.find((one) => keyOf(one) === keyOf(track))?.well ?? 1
    return effectOf(track, well).priority
  })
  return Math.min(
    254,
    Math.max(
      1,
      added.reduce((sum, one) => sum + one, priority),
    ),
  )
}

function groupsIn(one: Written) {
  return blocksOf(one, 'vrrp_sync_group').map((group) => ({
    ...{ name: group.values[0] ?? '', at: group.at },
    members: linesOf(group, 'group').flatMap(({ keyword, values }) => [keyword, ...values]),
  }))
}

/** Whether a director has all of these instances. */
function knows(one: Written, members: readonly string[]): boolean {
  const names = one.told.speakers.map(({ name }) => name)
  return members.length > 1 && members.every((member) => names.includes(member))
}

function prefixesIn(one: Written | undefined) {
  return (one ? blocksOf(one, 'vrrp_instance') : [])
    .flatMap((instance) => linesOf(instance, 'virtual_ipaddress'))
    .map(({ keyword, at }) => {
      const [address = '', prefix = address.includes(':') ? '128' : '32'] = keyword.split('/')
      return { address, prefix, at }
    })
}
