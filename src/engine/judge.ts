import { changeIn, type Verdict } from '../model/plan.ts'
import type { Resource, Upcoming } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import type { Pending, Pendings } from './pendings.ts'

/** What a plan says of a resource, whose readings earlier changes may falsify. `done`: this run has carried it out. */
export function judge(
  resource: Resource,
  found: Record<string, unknown>,
  pending: Pendings,
  done: boolean,
): Verdict {
  // A command that always runs has no state to converge to, and one that may fail is not tried twice.
  const { always, onceInARun, ignoreErrors, left } = resource.options
  if (done && (always || onceInARun || ignoreErrors || left !== undefined)) return { is: 'converged' }
  const upcoming: Upcoming = { touches: (query) => pending.touches(query) }
  const asked = Object.entries(resource.queries)
  // What is asked for its answer gets that of the host.
  const foretell = (query: Query<unknown>) => (resource.result ? undefined : pending.foretold(query))
  const foretold = new Map(asked.map(([name, query]) => [name, foretell(query)] as const))
  const change = resource.converge(
    Object.fromEntries(
      asked.map(([name, query]) => {
        const assumed = resource.result ? undefined : pending.assumed(query)
        return [name, (foretold.get(name) ?? assumed ?? { reading: found[name] }).reading]
      }),
    ),
    upcoming,
  )
  // What asks nothing of the host rests on nothing that could change.
  const disturber = pending.disturber(asked.flatMap(([name, query]) => (foretold.get(name) ? [] : [query])))
  if (disturber && change?.untold) return { is: 'unknown', after: disturber.id }
  // A task that other roles have, too: the first of them makes it.
  const isMade =
    change &&
    pending.makes({ ...resource, ...change, on: resource.options.on }, Object.values(resource.queries))
  if (disturber && isMade) return { is: 'provisional', expected: undefined, after: disturber.id }
  if (disturber) {
    const looks = change?.unneeded && left === undefined ? ({ looks: true } as const) : {}
    return { is: 'provisional', expected: change, after: disturber.id, ...looks }
  }
  if (change?.onlyTold) return { is: 'told', text: change.summary }
  return change ? { is: 'change', change } : { is: 'converged' }
}

/** The pending change that a step with this verdict is for those after it. */
export function pendingOf(
  { id, options }: Pick<Resource, 'id' | 'options'>,
  verdict: Verdict,
): readonly Pending[] {
  const change = changeIn(verdict)
  if (!change) return []
  const { on, ignoreErrors, checked, left } = options
  const { disturbs, leaves, spares } = change
  // What may fail, or is not made, or is made at some time, leaves nothing that one could rest on.
  const isAssumed = leaves !== undefined && on === undefined && !checked && left === undefined
  const isSure = isAssumed && verdict.is === 'change' && !ignoreErrors
  return [
    {
      ...{ id, disturbs, on, script: change.script },
      ...(isSure ? { leaves } : {}),
      ...(isAssumed ? { assumed: leaves } : {}),
      ...(isAssumed && spares ? { spares } : {}),
    },
  ]
}
