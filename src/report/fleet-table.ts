import type { ClusterState } from '../fleet/kept.ts'
import { alertDays } from '../fleet/state.ts'
import { certificateDaysAt, isSeenBefore, troubleOf, undoneChange } from '../fleet/trouble.ts'
import type { Colour, Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** A cluster as a table shows it. */
export interface ClusterLine {
  readonly cluster: string
  readonly site: string
  readonly state?: ClusterState
  readonly holder?: { readonly did: string; readonly worker: string }
}

/** How a table is shown. */
export interface TableView {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly paint: Paint
  /** Letters of a line at most; as many as it takes where it is not said. */
  readonly width?: number | undefined
}

/** What is told of a cluster in one place, and how it is marked. */
type Cell = readonly [text: string, colour?: Colour | false | undefined]

interface Column {
  readonly head: string
  readonly cell: (one: ClusterLine, now: number) => Cell
}

/** Letters that have to be left for what stands last. */
const leastForLast = 24

/**
 * The head and a line for each cluster. Where a screen has no room for all columns, what somebody should see of a cluster stands in one; the
 * last column ends where the screen does.
 */
export function clusterTable(clusters: readonly ClusterLine[], view: TableView): readonly string[] {
  const { now, paint, width = Number.POSITIVE_INFINITY } = view
  const cellsOf = (columns: readonly Column[]) =>
    clusters.map((one) =>
      columns.map(({ cell }): Cell => {
        const [text, colour] = cell(one, now)
        return [inOneLine(text), colour]
      }),
    )
  const wideOf = (columns: readonly Column[], rows: readonly (readonly Cell[])[]) =>
    columns.map(({ head }, at) => Math.max(head.length, ...rows.map((row) => row[at]?.[0].length ?? 0)))
  const before = (wide: readonly number[]) => wide.slice(0, -1).reduce((all, one) => all + one + 2, 0)
  let columns: readonly Column[] = wideColumns
  let rows = cellsOf(columns)
  let wide = wideOf(columns, rows)
  if (before(wide) + leastForLast > width) {
    columns = narrowColumns
    rows = cellsOf(columns)
    wide = wideOf(columns, rows)
  }
  const room = Math.max(1, width - before(wide))
  const shown = (text: string, at: number) => {
    if (at < columns.length - 1) return text.padEnd(wide[at] ?? 0)
    return text.length > room ? `${text.slice(0, room - 1)}…` : text
  }
  const head = columns.map((one, at) => shown(one.head, at)).join('  ')
  return [
    paint('bold', head.trimEnd()),
    ...rows.map((row) =>
      row
        .map(([text, colour], at) => (colour ? paint(colour, shown(text, at)) : shown(text, at)))
        .join('  ')
        .trimEnd(),
    ),
  ]
}

const named: Column = {
  head: 'CLUSTER',
  cell: ({ cluster, state }, now) => [cluster, troubleOf(state, now) === 'now' && 'bold'],
}

const wideColumns: readonly Column[] = [
  named,
  { head: 'SITE', cell: ({ site }) => [site] },
  { head: 'STATE', cell: ({ state }) => stateCell(state) },
  {
    head: 'DRIFT',
    cell: ({ state }, now) => {
      if (!state?.drift) return ['-']
      const { count, at } = state.drift
      return [`${count === 0 ? 'none' : count} (${ago(at, now)})`, count > 0 && 'yellow']
    },
  },
  {
    head: 'LAST DRILL',
    cell: ({ state }, now) => {
      if (!state?.drill) return ['-']
      const { passed, at } = state.drill
      return [`${passed ? 'passed' : 'NOT passed'} (${ago(at, now)})`, !passed && 'red']
    },
  },
  { head: 'CERTIFICATES', cell: ({ state }, now) => certificateCell(state, now) },
  { head: 'NOW', cell: ({ holder }) => [holder ? `${holder.did} at ${holder.worker}` : '-'] },
  { head: 'VIPS', cell: ({ state }, now) => vipCell(state, now) },
]

const narrowColumns: readonly Column[] = [
  named,
  { head: 'STATE', cell: ({ state }) => stateCell(state) },
  {
    head: 'TO SEE',
    cell: ({ state, holder }, now) => {
      const amiss = amissIn(state, now)
      const all = [...(holder ? [`${holder.did} at ${holder.worker}`] : []), ...amiss]
      const isBad = troubleOf(state, now) === 'now'
      return all.length === 0
        ? [vipCell(state, now)[0]]
        : [all.join(', '), amiss.length > 0 && (isBad ? 'red' : 'yellow')]
    },
  },
]

const colours = { well: 'green', ill: 'red', unreachable: 'red', unknown: 'dim' } as const

function stateCell(state: ClusterState | undefined): Cell {
  const health = state?.health ?? 'unknown'
  const undone = undoneChange(state)
  return undone ? [`${health}, ${undone.operation} ${undone.status}`, 'red'] : [health, colours[health]]
}

function certificateCell(state: ClusterState | undefined, now: number): Cell {
  const days = certificateDaysAt(state, now)
  if (days === undefined) return ['-']
  const words = days < 0 ? 'ended' : days === 0 ? 'ends today' : `${days} day${days === 1 ? '' : 's'}`
  return [words, days <= 0 ? 'red' : days <= alertDays && 'yellow']
}

/** VIPs that are not where they should be come first: a screen may end before the others. */
function vipCell(state: ClusterState | undefined, now: number): Cell {
  if (!state?.picture) return ['-']
  const { at, picture } = state.picture
  const lost = picture.vips.filter(({ holders }) => holders.length !== 1)
  const held = picture.vips.filter(({ holders }) => holders.length === 1)
  const old = isSeenBefore(state) ? `${ago(at, now)}: ` : ''
  return [`${old}${[...lost, ...held].map(vipWords).join(', ')}`, lost.length > 0 && 'red']
}

function vipWords({ address, holders }: { readonly address: string; readonly holders: readonly string[] }) {
  return `${address} ${holders.join('+') || 'nobody'}`
}

/** What somebody should see of a cluster beside its state. */
function amissIn(state: ClusterState | undefined, now: number): readonly string[] {
  const lost = (state?.picture?.picture.vips ?? []).filter(({ holders }) => holders.length !== 1)
  const [certificate, isSoon] = certificateCell(state, now)
  const ill = (state?.picture?.picture.members ?? []).filter(({ well }) => !well)
  const { drift, drill } = state ?? {}
  return [
    ...lost.map(vipWords),
    ...ill.map(({ host, state: is }) => `${host} ${is}`),
    ...(isSoon ? [`certificate ${certificate}`] : []),
    ...(drift && drift.count > 0 ? [`${drift.count} drifted`] : []),
    ...(drill && !drill.passed ? ['drill NOT passed'] : []),
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
