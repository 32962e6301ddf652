import type { FleetEvent } from '../fleet/event.ts'
import type { Operation } from '../fleet/names.ts'
import type { Outcome } from '../fleet/outcome.ts'
import { undoneChange } from '../fleet/trouble.ts'
import { eventLine } from '../report/fleet.ts'
import type { FleetView, SeenCluster } from './sight.ts'

/** A job that is over. */
export type Finished = Extract<FleetEvent, { readonly is: 'job-finished' }>

/** What is read of one cluster beside its state. */
export interface ClusterView {
  /** What came of the last look for drift. */
  readonly drift?: Finished
  /** Drills, the newest first. */
  readonly drills: readonly Finished[]
  /** What the last apply changed. */
  readonly apply?: Finished
  /** The last look or run that tells whether the cluster does what it should. */
  readonly proof?: Finished
  /** The last change, where it was not made. */
  readonly undone?: Finished
  /** When it was read: milliseconds since the epoch. */
  readonly now: number
  /** What was told of the last day, the newest first. */
  readonly lines: readonly string[]
}

const day = 86_400_000
/** Lines of the last day, and drills, that are shown. */
const mostLines = 100
const mostDrills = 10

/** Reads it; `now` in milliseconds since the epoch. Only jobs that are wanted are read, not all that was told in months. */
export async function clusterViewOf(view: FleetView, seen: SeenCluster, now: number): Promise<ClusterView> {
  const { cluster, state } = seen
  const runs = await view.runs()
  const ofDrills = runs
    .filter(({ operation, waves }) => operation === 'drill' && waves.flat().includes(cluster))
    .map(({ run }) => run)
  const lastDrill = state?.last.drill?.run
  const drillRuns = [...new Set([...(lastDrill === undefined ? [] : [lastDrill]), ...ofDrills])]
  const last = async (operation: Operation) => {
    const run = state?.last[operation]?.run
    return run === undefined
      ? undefined
      : (await finishedIn(view, cluster, run)).find((one) => one.operation === operation)
  }
  const change = undoneChange(state)
  const [drift, apply, verify, deploy, drills, lines] = await Promise.all([
    last('drift'),
    last('apply'),
    last('verify'),
    change?.operation === 'deploy' ? last('deploy') : undefined,
    Promise.all(drillRuns.slice(0, mostDrills).map((run) => finishedIn(view, cluster, run))),
    linesSince(view, cluster, now - day),
  ])
  return {
    ...(drift ? { drift } : {}),
    ...(apply ? { apply } : {}),
    ...proofOf(verify, change ? undefined : apply),
    ...undoneOf(change?.operation === 'deploy' ? deploy : change ? apply : undefined),
    now,
    drills: drills
      .flat()
      .filter(({ operation }) => operation === 'drill')
      .toSorted((a, b) => (a.at < b.at ? 1 : -1)),
    lines,
  }
}

function undoneOf(undone: Finished | undefined): Pick<ClusterView, 'undone'> {
  return undone ? { undone } : {}
}

function proofOf(verify: Finished | undefined, apply: Finished | undefined): Pick<ClusterView, 'proof'> {
  const [newest] = [verify, apply]
    .flatMap((one) => one ?? [])
    .filter(({ outcome }) => outcome.proofs.length > 0 || outcome.failures.length > 0)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
  return newest ? { proof: newest } : {}
}

/** What came of the jobs of one run for one cluster. */
export async function finishedIn(
  view: FleetView,
  cluster: string,
  run: string,
): Promise<readonly Finished[]> {
  const found: Finished[] = []
  for await (const event of view.events({ cluster, run })) if (event.is === 'job-finished') found.push(event)
  return found
}

async function linesSince(view: FleetView, cluster: string, since: number): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const event of view.events({ cluster, since })) {
    const line = eventLine(event)
    if (line !== undefined) lines.push(line)
    if (lines.length > mostLines) lines.shift()
  }
  return lines.reverse()
}

/** The diffs of what drifted, by machine and thing. */
export function diffFor({ changes }: Outcome, host: string, id: string): string | undefined {
  return changes.find((one) => one.host === host && one.id === id)?.diff
}
