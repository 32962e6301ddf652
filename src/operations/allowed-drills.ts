import { type Cluster, drillsForbidden, forbiddenBy, outageForbidden } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import { boundOf, usualTime } from '../drill/bound.ts'
import type { Fault } from '../drill/fault.ts'
import { unserved } from '../drill/judge.ts'
import type { DrillResult } from '../model/drill.ts'
import { Failure, InvalidInput } from '../model/failure.ts'

/** What is wished for. */
interface Wished {
  /** Names of drills; all that fit where none is named. */
  readonly drills?: readonly string[]
  /** Milliseconds each fault lasts, instead of the time its takeover needs. */
  readonly lasts?: number
}

/** Drills that may be carried out, and why the others may not. */
export interface AllowedDrills {
  readonly allowed: readonly Fault[]
  readonly refused: readonly { readonly fault: Fault; readonly failure: Failure }[]
}

type Protected = Pick<Machines, 'failureOf'> & { readonly cluster: Cluster }

/**
 * What the cluster allows of these drills. Throws INVALID_INPUT where it allows none at this moment (`now`: milliseconds
 * since the epoch), or not one that was asked for by its name.
 */
export function allowedDrills(
  chosen: readonly Fault[],
  { cluster, failureOf }: Protected,
  { drills = [], lasts }: Wished,
  now: number,
): AllowedDrills {
  const forbidden = drillsForbidden(cluster, namesOf(chosen), now)
  if (forbidden) throw failureOf(forbidden)
  const refused = chosen.flatMap((fault) => {
    const bound = boundOf(cluster, fault, lasts ?? usualTime(cluster, fault))
    const problem = outageForbidden(cluster, `the drill ${fault.name}`, bound)
    return problem ? [{ fault, failure: failureOf(problem) }] : []
  })
  if (refused.length > 0 && (drills.length > 0 || refused.length === chosen.length))
    throw new InvalidInput(refused.map(({ failure }) => failure))
  return { allowed: chosen.filter((fault) => !refused.some((one) => one.fault === fault)), refused }
}

/** Has the name of the cluster to be typed before it is drilled? */
export function asksForName({ protection: { drills } }: Cluster): boolean {
  return drills === 'ask'
}

/** Why no other drill may follow this one, if so. */
export function stopAfter(fault: Fault, { services }: DrillResult, { cluster, failureOf }: Protected) {
  const { maxOutage } = cluster.protection
  if (maxOutage === undefined) return undefined
  const longest = Math.max(0, ...services.map(({ felt }) => unserved(fault, felt) - felt.doubt))
  if (longest <= maxOutage * 1000) return undefined
  const { where } = failureOf(forbiddenBy(cluster, 'max_outage', '', ''))
  return new Failure(
    'VERIFICATION_FAILED',
    `the drill ${fault.name} left clients of the cluster ${cluster.name} without an answer for ${Math.round(longest)} ms, and ${maxOutage} s are allowed: no other drill follows`,
    {
      where,
      next: 'find out why before the next drill; understudy verify says whether the cluster is whole',
    },
  )
}

/** Drills as a sentence names them. */
export function namesOf(chosen: readonly Fault[]): string {
  return chosen.length === 1 ? `the drill ${chosen[0]?.name}` : `${chosen.length} drills`
}
