import type { DeadMessage, FleetEvent } from '../fleet/event.ts'
import type { ClusterState, Run, WorkerSeen } from '../fleet/kept.ts'
import { alertDays } from '../fleet/state.ts'
import { troubledFirst, troubleOf } from '../fleet/trouble.ts'
import type { Colour, Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** A cluster as a table shows it. */
interface Line {
  readonly cluster: string
  readonly site: string
  readonly state?: ClusterState
  readonly holder?: { readonly did: string; readonly worker: string }
}

/** How a table is shown. */
interface Shown {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly paint: Paint
  /** Lines at most: as many clusters are left out as it takes, those that are well first. All of them where it is not said. */
  readonly most?: number | undefined
}

const head = ['CLUSTER', 'SITE', 'STATE', 'VIPS', 'DRIFT', 'LAST DRILL', 'CERTIFICATES', 'NOW'] as const

/** How many clusters fare how, all of them in one table, those in trouble first; workers and runs that are not over under it. */
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
  { now, paint, most = Number.POSITIVE_INFINITY }: Shown,
): readonly string[] {
  const under = [
    '',
    workers.length === 0
      ? paint('yellow', 'no worker is there: nothing that is ordered is begun')
      : inOneLine(
          `workers: ${workers.map(({ worker, site, jobs }) => `${worker} (${site}, ${jobs.length} under way)`).join(', ')}`,
        ),
    ...runs.map((run) => runLine(run, paint)),
  ]
  // The headline, the head of the table, and what tells how many are left out.
  const room = Math.max(1, most - under.length - 4)
  const all = troubledFirst(clusters)
  const shown = all.length > room ? all.slice(0, room) : all
  const [first = [], ...rows] = columns([head, ...shown.map((one) => cellsOf(one, now))])
  return [
    summary(clusters, paint),
    '',
    paint('bold', first.join('  ').trimEnd()),
    ...rows.map((row, index) => painted(row, shown[index], paint)),
    ...(shown.length < all.length ? [paint('dim', `… and ${all.length - shown.length} more`)] : []),
    ...under,
  ]
}

function summary(clusters: readonly Line[], paint: Paint): string {
  const told = (['well', 'ill', 'unreachable', 'unknown'] as const).flatMap((health) => {
    const count = clusters.filter(({ state }) => (state?.health ?? 'unknown') === health).length
    const words = `${count} ${health === 'unknown' ? 'not looked at yet' : health}`
    return count === 0 ? [] : [paint(colours[health], words)]
  })
  const drifting = clusters.filter(({ state }) => (state?.drift?.count ?? 0) > 0).length
  if (drifting > 0) told.push(paint('yellow', `${drifting} drifting`))
  return `${counted(clusters.length, 'cluster')}: ${told.join(', ')}`
}

const colours = { well: 'green', ill: 'red', unreachable: 'red', unknown: 'dim' } as const

/** Cells that somebody should see; they are as wide as before. */
function painted(row: readonly string[], one: Line | undefined, paint: Paint): string {
  const { health = 'unknown', picture, drift, drill } = one?.state ?? {}
  const days = picture?.picture.certificateDays
  const isLost = picture?.picture.vips.some(({ holders }) => holders.length !== 1)
  const colourOf: Partial<Record<(typeof head)[number], Colour | false | undefined>> = {
    STATE: colours[health],
    VIPS: isLost && 'red',
    DRIFT: (drift?.count ?? 0) > 0 && 'yellow',
    'LAST DRILL': drill?.passed === false && 'red',
    CERTIFICATES: days !== undefined && days <= alertDays && (days <= 0 ? 'red' : 'yellow'),
  }
  const cells = row.map((cell, column) => {
    const colour = colourOf[head[column] ?? 'NOW']
    return colour ? paint(colour, cell) : cell
  })
  const name = cells[0] ?? ''
  return [troubleOf(one?.state) === 'now' ? paint('bold', name) : name, ...cells.slice(1)]
    .join('  ')
    .trimEnd()
}

function runLine({ run, operation, by, is, why }: Run, paint: Paint): string {
  const line = inOneLine(`run ${run}: ${operation} by ${by} is ${is}${why === undefined ? '' : `: ${why}`}`)
  if (is !== 'stopped' && is !== 'paused') return line
  return paint('yellow', `${line} → understudy fleet resume ${inOneLine(run)}, or abort it`)
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
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
    days === undefined ? '-' : days <= 0 ? 'ended' : counted(Math.floor(days), 'day'),
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
function columns(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const clean = rows.map((row) => row.map(inOneLine))
  const wide = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  return clean.map((row) => row.map((cell, column) => cell.padEnd(wide[column] ?? 0)))
}
