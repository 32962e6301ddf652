import { networkOf } from '../network.ts'
import { vipOf } from './agreement.ts'
import { routers } from './differing.ts'
import type { Complaint, Written, WrittenFamily } from './subject.ts'

/** Rules about what some directors say, and others do not. */
export const lackingRules = {
  'keepalived-instance-alone': {
    severity: 'warning',
    reason:
      'A VIP that one of several directors knows is lost with it, and one that stands with some never comes to the others.',
    source: 'RFC 9568, 1.2',
    find: {
      all: (all) => (all.length < 2 ? [] : [...alone(all), ...lacking(all)]),
    },
  },
} as const satisfies WrittenFamily

function alone(all: readonly Written[]): readonly Complaint[] {
  return routers(all).flatMap(([one, ...others]) =>
    one && others.length === 0
      ? [
          {
            message: `${vipOf(one)} stands in the configuration of ${one.director} alone`,
            at: one.at,
            next: 'Add the instance to the others, with the same virtual_router_id and another priority.',
          },
        ]
      : [],
  )
}

/** Directors that have nothing, or that share something else with all who have it: others may be meant for other VIPs. */
function lacking(all: readonly Written[]): readonly Complaint[] {
  const speakers = all.flatMap(({ told }) => told.speakers)
  const shared = networkOf(speakers).routers.map(
    ({ members }) => new Set(members.flatMap((index) => speakers[index]?.director ?? [])),
  )
  return routers(all).flatMap((members) => {
    const [first, second] = members
    if (!first || !second) return []
    const without = all.filter(
      ({ name, told }) =>
        !members.some(({ director }) => director === name) &&
        (told.speakers.length === 0 ||
          shared.some((names) =>
            [name, ...members.map(({ director }) => director)].every((one) => names.has(one)),
          )),
    )
    return without.map(({ name }) => ({
      message: `${name} lacks the instance ${first.name} of ${vipOf(first)}, which ${members.length} others have`,
      at: first.at,
      next: `Add it to ${name}, with the same virtual_router_id and another priority.`,
    }))
  })
}
