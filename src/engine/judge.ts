import type { Change } from '../model/change.ts'
import { changeIn, type Verdict } from '../model/plan.ts'
import type { Resource, ResourceId, Upcoming } from '../model/resource.ts'
import { affects, type Query } from '../model/sensor.ts'

/** A change that comes earlier in the same plan. */
export interface Pending {
  readonly id: ResourceId
  readonly disturbs: Change['disturbs']
  /** The host it alters, where it is another one than whose task it is. */
  readonly on?: string | undefined
}

/** What a plan says of a resource, whose readings earlier changes may falsify. `done`: this run has carried it out. */
export function judge(
  resource: Resource,
  found: Record<string, unknown>,
  pending: readonly Pending[],
  done: boolean,
): Verdict {
  // A command that always runs has no state to converge to, and one that may fail is not tried twice.
  if (done && (resource.options.always || resource.options.ignoreErrors)) return { is: 'converged' }
  const upcoming: Upcoming = { touches: (query) => pending.some((change) => names(change, query)) }
  const change = resource.converge(found, upcoming)
  const queries = Object.values(resource.queries)
  // What asks nothing of the host rests on nothing that could change.
  const disturber = pending.find(
    (earlier) =>
      (earlier.disturbs === 'everything' && queries.length > 0) ||
      queries.some((query) => names(earlier, query)),
  )
  if (disturber) return { is: 'provisional', expected: change, after: disturber.id }
  return change ? { is: 'change', change } : { is: 'converged' }
}

/** The pending change that a step with this verdict is for those after it. */
export function pendingOf(
  { id, options: { on } }: Pick<Resource, 'id' | 'options'>,
  verdict: Verdict,
): readonly Pending[] {
  const change = changeIn(verdict)
  return change ? [{ id, disturbs: change.disturbs, on }] : []
}

function names({ disturbs, on }: Pending, query: Query<unknown>): boolean {
  return on === query.on && disturbs !== 'everything' && affects(disturbs, query)
}
