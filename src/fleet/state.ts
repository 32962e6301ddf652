import type { FleetEvent } from './event.ts'
import type { ClusterState } from './kept.ts'
import { type Operation, shapeVersion } from './names.ts'
import type { Outcome } from './outcome.ts'

/** A job that is over, as far as the state of its cluster is concerned. */
export interface Over {
  readonly cluster: string
  readonly site: string
  readonly labels: Readonly<Record<string, string>>
  readonly operation: Operation
  readonly run: string
  readonly by: string
  readonly worker: string
  /** When it was over, as ISO 8601 has it. */
  readonly at: string
  readonly outcome: Outcome
}

/** Days before its end from which a certificate is a reason to alert somebody. */
export const alertDays = 14

/**
 * What is known of a cluster after something was done to it. What came late, as from a site that was cut off, replaces nothing that
 * is newer.
 */
export function stateAfter(before: ClusterState | undefined, over: Over): ClusterState {
  const { cluster, site, labels, operation, at, outcome } = over
  const known = before ?? { v: shapeVersion, cluster, site, labels, health: 'unknown', since: at, last: {} }
  const isNewer = (seen: { readonly at: string } | undefined) => !seen || seen.at < at
  const health = healthAfter(known.health, over)
  const newest =
    Object.values(known.last)
      .map((one) => one.at)
      .toSorted()
      .at(-1) ?? ''
  const turns = at >= newest && health !== known.health
  const names = outcome.drills.map(({ name }) => name)
  return {
    ...known,
    ...(at >= newest ? { site, labels: { ...labels } } : {}),
    ...(turns ? { health, since: at } : {}),
    ...(outcome.picture && isNewer(known.picture) ? { picture: { at, picture: outcome.picture } } : {}),
    ...(tellsOfDrift(over) && isNewer(known.drift) ? { drift: { at, count: outcome.drift.length } } : {}),
    ...(names.length > 0 && isNewer(known.drill)
      ? { drill: { at, names, passed: outcome.drills.every(({ passed }) => passed) } }
      : {}),
    last: isNewer(known.last[operation]) ? { ...known.last, [operation]: lastOf(over) } : known.last,
  }
}

function lastOf({ at, run, by, worker, outcome }: Over) {
  const changed = outcome.changes.filter((one) => one.outcome === 'changed').length
  return { at, run, by, worker, status: outcome.status, seconds: outcome.seconds, changed }
}

/** After an `apply` that went well nothing drifts. */
function tellsOfDrift({ operation, outcome: { status } }: Over): boolean {
  if (operation === 'drift') return status === 'fine' || status === 'drifted'
  return operation === 'apply' && (status === 'fine' || status === 'changed')
}

function healthAfter(before: ClusterState['health'], { operation, outcome }: Over): ClusterState['health'] {
  if (outcome.status === 'unreachable') return 'unreachable'
  // A drill that was not passed says nothing of how the cluster fares once it is over.
  const proven = operation === 'drill' || outcome.status !== 'not-proven'
  if (outcome.picture) return outcome.picture.well && proven ? 'well' : 'ill'
  if (operation === 'verify' || operation === 'apply') {
    if (outcome.status === 'not-proven') return 'ill'
    if (outcome.proofs.length > 0 && outcome.failures.length === 0) return 'well'
  }
  return before
}

type Alert = Extract<FleetEvent, { is: 'alert' }>

/** What has turned between two states: each is told once, when it turns and when it turns back. */
export function alertsBetween(
  before: ClusterState | undefined,
  after: ClusterState,
): readonly Pick<Alert, 'about' | 'bad' | 'from' | 'to'>[] {
  const alerts = [
    turned('health', healthWords(before, 'ill'), healthWords(after, 'ill')),
    turned('reachable', healthWords(before, 'unreachable'), healthWords(after, 'unreachable')),
    turned('drift', driftWords(before), driftWords(after)),
    turned('certificate', certificateWords(before), certificateWords(after)),
    turned('drill', drillWords(before), drillWords(after)),
  ]
  return alerts.flatMap((one) => one ?? [])
}

interface Words {
  readonly bad: boolean
  readonly words: string
}

function turned(about: Alert['about'], from: Words, to: Words) {
  return from.bad === to.bad ? undefined : { about, bad: to.bad, from: from.words, to: to.words }
}

function healthWords(state: ClusterState | undefined, bad: ClusterState['health']): Words {
  return { bad: state?.health === bad, words: state?.health ?? 'unknown' }
}

function driftWords(state: ClusterState | undefined): Words {
  const count = state?.drift?.count
  return { bad: (count ?? 0) > 0, words: count === undefined ? 'unknown' : `${count} drifted` }
}

function certificateWords(state: ClusterState | undefined): Words {
  const days = state?.picture?.picture.certificateDays
  return {
    bad: days !== undefined && days < alertDays,
    words: days === undefined ? 'unknown' : `${days} days left`,
  }
}

function drillWords(state: ClusterState | undefined): Words {
  const passed = state?.drill?.passed
  return { bad: passed === false, words: passed === undefined ? 'unknown' : passed ? 'passed' : 'not passed' }
}
