import type { DeadMessage, FleetEvent } from '../fleet/event.ts'
import type { ClusterState, Run, WorkerSeen } from '../fleet/kept.ts'
import { inOneLine } from './redaction.ts'

/** A cluster as a table shows it. */
interface Line {
  readonly cluster: string
  readonly site: string
  readonly state?: ClusterState
  readonly holder?: { readonly did: string; readonly worker: string }
}

/** All clusters in one table, workers and runs under it; `now` in milliseconds since the epoch. */
export function fleetLines(
  {
    clusters,
    workers,
    runs,
  }: {
    readonly clusters: readonly Line[]
    readonly workers: readonly WorkerSeen[]
    readonly runs: readonly Run[]
  },
  now: number,
): readonly string[] {
  const head = ['CLUSTER', 'SITE', 'STATE', 'VIPS', 'DRIFT', 'LAST DRILL', 'CERTIFICATES', 'NOW']
  return [
    ...columns([head, ...clusters.map((one) => cellsOf(one, now))]),
    '',
    workers.length === 0
      ? 'no worker is there'
      : `workers: ${workers.map(({ worker, site, jobs }) => `${worker} (${site}, ${jobs.length} under way)`).join(', ')}`,
    ...runs.map(({ run, operation, by, is, why }) =>
      inOneLine(`run ${run}: ${operation} by ${by} is ${is}${why === undefined ? '' : `: ${why}`}`),
    ),
  ]
}

function cellsOf({ cluster, site, state, holder }: Line, now: number): readonly string[] {
  const picture = state?.picture?.picture
  const days = picture?.certificateDays
  const drill = state?.drill
  return [
    cluster,
    site,
    state?.health ?? 'unknown',
    picture
      ? picture.vips.map(({ address, holders }) => `${address} ${holders.join('+') || 'nobody'}`).join(', ')
      : '-',
    state?.drift
      ? `${state.drift.count === 0 ? 'none' : state.drift.count} (${ago(state.drift.at, now)})`
      : '-',
    drill ? `${drill.passed ? 'passed' : 'NOT passed'} (${ago(drill.at, now)})` : '-',
    days === undefined ? '-' : `${days} days`,
    holder ? `${holder.did} at ${holder.worker}` : '-',
  ]
}

/** How long ago, as people say it. */
function ago(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h ago`
    : `${Math.round(seconds / 86_400)} days ago`
}

/** An event of a fleet as a line; nothing of what is only progress, unless `progress`. */
export function eventLine(event: FleetEvent, { progress = false } = {}): string | undefined {
  const time = event.at.slice(0, 19).replace('T', ' ')
  const words = wordsOf(event, progress)
  return words === undefined ? undefined : inOneLine(`${time}  ${words}`)
}

function wordsOf(event: FleetEvent, progress: boolean): string | undefined {
  switch (event.is) {
    case 'run-started':
      return `run ${event.run}: ${event.operation} by ${event.by} of ${event.waves.flat().length} clusters (${event.selector.join(' ')})`
    case 'wave-started':
      return `run ${event.run}: wave ${event.wave}, ${event.clusters} clusters`
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
      const { status, seconds, failures } = event.outcome
      const why = failures[0]?.message
      return `${event.cluster}: ${event.operation} by ${event.by} at ${event.worker}: ${status} after ${seconds.toFixed(1)} s${why === undefined ? '' : `: ${why}`} (run ${event.run})`
    }
    case 'job-withdrawn':
      return `${event.cluster}: ${event.operation} was not begun: ${event.why} (run ${event.run})`
    case 'job-dead':
      return `${event.cluster}: ${event.operation} given up after ${event.attempts} attempts: ${event.why} (run ${event.run})`
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
      `${at.slice(0, 19).replace('T', ' ')}  ${site}: ${job ?? subject}: ${is}${is === 'failed' ? ` ${attempts} times` : ''}: ${why}`,
    ),
  )
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(inOneLine))
  const wide = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(wide[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
