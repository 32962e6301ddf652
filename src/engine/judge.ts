import { changeIn, type Verdict } from '../model/plan.ts'
import type { Resource, Upcoming } from '../model/resource.ts'
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
  const change = resource.converge(found, upcoming)
  const queries = Object.values(resource.queries)
  // What asks nothing of the host rests on nothing that could change.
  const disturber = pending.disturber(queries)
  if (disturber) return { is: 'provisional', expected: change, after: disturber.id }
  if (change?.onlyTold) return { is: 'told', text: change.summary }
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
