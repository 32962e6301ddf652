import type { DeadMessage, FleetEvent } from '../fleet/event.ts'
import type { Run, WorkerSeen } from '../fleet/kept.ts'
import { troubledFirst, undoneChange } from '../fleet/trouble.ts'
import { type ClusterLine, clusterTable, type TableView } from './fleet-table.ts'
import type { Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** How a fleet is shown. */
interface Shown extends TableView {
  /** Lines at most: as many clusters are left out as it takes, those that are well first. All of them where it is not said. */
  readonly most?: number | undefined
}

/** How many clusters fare how, all of them in one table, those in trouble first; workers and runs that are not over under it. */
export function fleetLines(
  {
    clusters,
    workers,
    runs,
  }: {
    readonly clusters: readonly ClusterLine[]
    readonly workers: readonly WorkerSeen[]
    readonly runs: readonly Run[]
  },
  { most = Number.POSITIVE_INFINITY, ...view }: Shown,
): readonly string[] {
  const { now, paint } = view
  const under = ['', ...workerLines(workers, clusters, paint), ...runs.map((run) => runLine(run, paint))]
  // The headline, the head of the table, and what tells how many are left out.
  const room = Math.max(1, most - under.length - 4)
  const all = troubledFirst(clusters, now)
  const shown = all.length > room ? all.slice(0, room) : all
  return [
    summary(clusters, paint),
    '',
    ...clusterTable(shown, view),
    ...(shown.length < all.length ? [paint('dim', `… and ${all.length - shown.length} more`)] : []),
    ...under,
  ]
}

function summary(clusters: readonly ClusterLine[], paint: Paint): string {
  const told = (['well', 'ill', 'unreachable', 'unknown'] as const).flatMap((health) => {
    const count = clusters.filter(({ state }) => (state?.health ?? 'unknown') === health).length
    const words = `${count} ${health === 'unknown' ? 'not looked at yet' : health}`
    return count === 0 ? [] : [paint(colours[health], words)]
  })
  const drifting = clusters.filter(({ state }) => (state?.drift?.count ?? 0) > 0).length
  if (drifting > 0) told.push(paint('yellow', `${drifting} drifting`))
  const undone = clusters.filter(({ state }) => undoneChange(state)).length
  if (undone > 0) told.push(paint('red', `${undone} with a change not made`))
  return `${counted(clusters.length, 'cluster')}: ${told.join(', ')}`
}

const colours = { well: 'green', ill: 'red', unreachable: 'red', unknown: 'dim' } as const

function workerLines(
  workers: readonly WorkerSeen[],
  clusters: readonly ClusterLine[],
  paint: Paint,
): readonly string[] {
  if (workers.length === 0) return [paint('yellow', 'no worker is there: nothing that is ordered is begun')]
  const isMixed = new Set(workers.map(({ version }) => version)).size > 1
  const told = workers.map(
    ({ worker, site, version, jobs }) =>
      `${worker} (${site}, ${isMixed ? `understudy ${version}, ` : ''}${jobs.length} under way)`,
  )
  const served = new Set(workers.map(({ site }) => site))
  const [first, ...others] = [...new Set(clusters.map(({ site }) => site))]
    .filter((site) => !served.has(site))
    .toSorted()
  const there = inOneLine(`workers: ${told.join(', ')}`)
  if (first === undefined) return [there]
  const deserted = [first, ...others].join(', ')
  const next = `understudy worker --site ${first}`
  return [
    there,
    paint('yellow', `no worker is at ${deserted}: nothing that is ordered there is begun → ${next}`),
  ]
}

function runLine({ run, operation, by, is, why }: Run, paint: Paint): string {
  const line = inOneLine(`run ${run}: ${operation} by ${by} is ${is}${why === undefined ? '' : `: ${why}`}`)
  if (is !== 'stopped' && is !== 'paused') return line
  return paint('yellow', `${line} → understudy fleet resume ${inOneLine(run)}, or abort it`)
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/** An event of a fleet as a line; nothing of what is only progress, unless `progress`. */
export function eventLine(event: FleetEvent, { progress = false } = {}): string | undefined {
  const time = event.at.slice(0, 19).replace('T', ' ')
  const words = wordsOf(event, progress)
  return words === undefined ? undefined : inOneLine(`${time}  ${words.replaceAll(/\s*\n\s*/g, ' ')}`)
}

function wordsOf(event: FleetEvent, progress: boolean): string | undefined {
  switch (event.is) {
    case 'run-started':
      return `run ${event.run}: ${event.operation} by ${event.by} of ${counted(event.waves.flat().length, 'cluster')} (${event.selector.join(' ')})`
    case 'wave-started':
      return `run ${event.run}: wave ${event.wave}, ${counted(event.clusters, 'cluster')}`
    case 'run-turned':
      return `run ${event.run}: ${event.to}${event.why === undefined ? '' : `, ${event.why}`}`
    case 'job-queued':
      return progress ? `${event.cluster}: ${event.operation} queued` : undefined
    case 'job-started':
      return progress
        ? `${event.cluster}: ${event.operation} begun by ${event.worker}, attempt ${event.attempt}`
        : undefined
    case 'job-progress':
      return progress
        ? `${event.cluster}: ${event.host === undefined ? '' : `${event.host}: `}${event.text}`
        : undefined
    case 'job-finished': {
      const { status, seconds, failures, proofs } = event.outcome
      const failed = proofs.find(({ verdict }) => verdict === 'fail')
      const why = failures[0]?.message ?? (failed && `${failed.name} ${failed.subject}`)
      return `${event.cluster}: ${event.operation} by ${event.by} at ${event.worker}: ${status} after ${seconds.toFixed(1)} s${why === undefined ? '' : `: ${why}`} (run ${event.run})`
    }
    case 'job-withdrawn':
      return `${event.cluster}: ${event.operation} was not begun: ${event.why} (run ${event.run})`
    case 'job-dead':
      return `${event.cluster}: ${event.operation} given up after ${counted(event.attempts, 'attempt')}: ${event.why} (run ${event.run})`
    case 'message-set-aside':
      return `${event.site}: a message was set aside: ${event.why}`
    case 'alert':
      return `${event.cluster}: ${event.bad ? 'ALERT' : 'well again'}: ${event.about} ${event.from} → ${event.to}`
  }
}

/** The changes of a job with their diffs, as lines. */
export function outcomeLines(event: FleetEvent): readonly string[] {
  if (event.is !== 'job-finished') return []
  const { changes, drift, proofs, failures } = event.outcome
  return [
    ...changes.flatMap(({ host, id, summary, outcome, diff }) => [
      `  ${host} ${id}: ${summary} (${outcome})`,
      ...(diff ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `    ${line}`),
    ]),
    ...drift.map(
      ({ host, id, summary, by }) =>
        `  ${host} ${id}: ${summary}${by.length > 0 ? ` (${by.join(', ')})` : ''}`,
    ),
    ...proofs
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ name, subject, verdict }) => `  ${name} ${subject}: ${verdict}`),
    ...failures.flatMap(({ host, message, next }) => [
      `  ${host === undefined ? '' : `${host}: `}${message}`,
      ...(next === undefined ? [] : [`    → ${next}`]),
    ]),
  ].map(inOneLine)
}

/** Messages that were set aside, a line each. */
export function deadLines(messages: readonly DeadMessage[]): readonly string[] {
  return messages.map(({ at, site, is, why, attempts, job, subject }) =>
    inOneLine(
      `${at.slice(0, 19).replace('T', ' ')}  ${site}: ${job ?? subject}: ${is}${is === 'failed' ? ` ${counted(attempts, 'time')}` : ''}: ${why.replaceAll(/\s*\n\s*/g, ' ')}`,
    ),
  )
}

/** Cells as wide as the widest of their column. */
