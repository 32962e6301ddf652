import { lastOf, type Statement } from '../../adoption/index.ts'
import { suggestion } from '../../model/suggest.ts'
import { definitionsIn, keyOf } from '../tracks.ts'
import { blocksOf, type Complaint, linesOf, twice, type Written, type WrittenFamily } from './subject.ts'

/** Rules about instances that move together. */
export const groupRules = {
  'keepalived-group-unknown': {
    severity: 'error',
    reason: 'A vrrp_sync_group that names no instance, or one that is not there, moves nothing together.',
    source: 'keepalived vrrp_sync.c, vrrp_sync_set_group',
    find: (one) => {
      const names = blocksOf(one, 'vrrp_instance').map(({ values }) => values[0] ?? '')
      return blocksOf(one, 'vrrp_sync_group').flatMap((group): readonly Complaint[] => {
        const members = membersOf(group)
        if (members.length === 0 && bare(group, names).length > 0) return []
        if (members.length === 0)
          return [
            {
              message: `the group ${group.values[0]} names no instance`,
              at: group.at,
              next: 'List instances in group { … }.',
            },
          ]
        return members
          .filter(({ name }) => !names.includes(name))
          .map(({ name, at }) => ({
            message: `the group ${group.values[0]} names ${name}, which is no vrrp_instance here`,
            at,
            next: suggestion(name, names),
          }))
      })
    },
  },
  'keepalived-group-form': {
    severity: 'warning',
    reason:
      'Instances of a vrrp_sync_group stand within group { … }: keepalived takes their names for words that it does not know.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: (one) => {
      const names = blocksOf(one, 'vrrp_instance').map(({ values }) => values[0] ?? '')
      return blocksOf(one, 'vrrp_sync_group').flatMap((group) =>
        bare(group, names).map(({ keyword, at }) => ({
          message: `the group ${group.values[0]} names ${keyword} outside of group { … }`,
          at,
          next: 'Put group { … } around the names.',
        })),
      )
    },
  },
  'keepalived-group-alone': {
    severity: 'warning',
    reason: 'A group of one instance keeps nothing together.',
    source: 'keepalived vrrp_sync.c, vrrp_sync_set_group',
    find: (one) =>
      blocksOf(one, 'vrrp_sync_group').flatMap((group) =>
        membersOf(group).length === 1
          ? [
              {
                message: `the group ${group.values[0]} has a single instance`,
                at: group.at,
                next: 'Add those that move with it, or remove the group.',
              },
            ]
          : [],
      ),
  },
  'keepalived-group-twice': {
    severity: 'error',
    reason: 'An instance moves with one group: keepalived leaves it out of a second one.',
    source: 'keepalived vrrp_sync.c, vrrp_sync_set_group',
    find: (one) =>
      twice(
        blocksOf(one, 'vrrp_sync_group').flatMap((group) =>
          membersOf(group).map((member) => ({ ...member, group: group.values[0] })),
        ),
        ({ name }) => name,
      ).map(({ thing, earlier }) => ({
        message: `${thing.name} is in the groups ${earlier.group} and ${thing.group}`,
        at: thing.at,
        next: 'Leave it in one.',
      })),
  },
  'keepalived-group-weight': {
    severity: 'warning',
    reason:
      'In a group that does not say sync_group_tracking_weight keepalived leaves out scripts and files with a weight.',
    source: 'keepalived.conf(5), sync_group_tracking_weight; keepalived vrrp.c, vrrp_complete_instance',
    find: (one) => {
      const known = definitionsIn(one.statements)
      return blocksOf(one, 'vrrp_sync_group')
        .filter(({ block = [] }) => !lastOf(block, 'sync_group_tracking_weight', 'global_tracking'))
        .flatMap((group) => {
          const members = membersOf(group).map(({ name }) => name)
          return blocksOf(one, 'vrrp_instance')
            .filter(({ values }) => members.includes(values[0] ?? ''))
            .flatMap((instance) =>
              linesOf(instance, 'track_script').flatMap((line) => {
                const usual = known.get(keyOf({ is: 'script', name: line.keyword }))?.weight ?? 0
                const at = line.values.indexOf('weight')
                const weight = at < 0 ? usual : Number(line.values[at + 1])
                return weight === 0 || Number.isNaN(weight)
                  ? []
                  : [
                      {
                        message: `${instance.values[0]} is in the group ${group.values[0]}, in which the weight of ${line.keyword} makes keepalived leave it out`,
                        at: line.at,
                        next: 'Say sync_group_tracking_weight in the group, and the same weights in all its instances; or leave the weight out.',
                      },
                    ]
              }),
            )
        })
    },
  },
  'keepalived-group-order': {
    severity: 'warning',
    reason:
      'Instances that move together, of which one is to be here and one there, have no place where both are at home.',
    source: 'keepalived.conf(5), vrrp_sync_group',
    find: {
      all: (all) =>
        all.flatMap((one, index) =>
          all.slice(index + 1).flatMap((other) =>
            blocksOf(one, 'vrrp_sync_group').flatMap((group) => {
              const ahead = membersOf(group).flatMap(({ name }) => {
                const [here, there] = [priorityIn(one, name), priorityIn(other, name)]
                return here === undefined || there === undefined || here === there
                  ? []
                  : [{ name, isAhead: here > there }]
              })
              const first = ahead.find(({ isAhead }) => isAhead)
              const second = ahead.find(({ isAhead }) => !isAhead)
              return first && second
                ? [
                    {
                      message: `the group ${group.values[0]} has ${first.name}, for which ${one.name} has the higher priority, and ${second.name}, for which ${other.name} has it`,
                      at: group.at,
                      next: 'Let the same director be first for all of them.',
                    },
                  ]
                : []
            }),
          ),
        ),
    },
  },
} as const satisfies WrittenFamily

function priorityIn({ told }: Written, name: string): number | undefined {
  return told.speakers.find((speaker) => speaker.name === name)?.priority
}

/** Names of instances that stand where words of the group would. */
function bare({ block = [] }: Statement, names: readonly string[]): readonly Statement[] {
  return block.filter(({ keyword, values }) => values.length === 0 && names.includes(keyword))
}

function membersOf(group: Statement) {
  const own = (group.block ?? []).filter(({ keyword }) => keyword === 'group')
  return own.flatMap(({ values, at, block = [] }) => [
    ...values.map((name) => ({ name, at })),
    ...block.flatMap((line) => [line.keyword, ...line.values].map((name) => ({ name, at: line.at }))),
  ])
}
