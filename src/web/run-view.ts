import type { FleetEvent } from '../fleet/event.ts'
import type { Operation } from '../fleet/names.ts'
import { eventLine } from '../report/fleet.ts'

/** What became of one cluster in a run. */
export interface RunCluster {
  readonly status: string
  /** The wave in which its turn comes, while it waits; unknown of what a schedule began. */
  readonly wave?: number
  readonly worker?: string
  readonly seconds?: number
  readonly changed?: number
  readonly why?: string
}

/** A run as its events tell it, in little memory however many these are. */
export interface RunView {
  readonly run: string
  operation?: Operation
  by?: string
  at?: string
  selector: readonly string[]
  /** As it was told; nobody tells it of what a schedule began. */
  is?: string
  why?: string
  /** The wave it is in, of so many; unknown of what a schedule began. */
  wave?: number
  waves: number
  /** When something was told of it last. */
  heard?: string
  readonly clusters: Map<string, RunCluster>
  /** The newest lines of its log. */
  readonly lines: string[]
  /** How many are no longer among them. */
  dropped: number
}

/** Lines of a log that are shown. */
const mostLines = 400

/** A run of which nothing is known yet. */
export function emptyRun(run: string): RunView {
  return { run, selector: [], waves: 0, clusters: new Map(), lines: [], dropped: 0 }
}

/** Takes one event more into it. */
export function take(view: RunView, event: FleetEvent): void {
  const line = eventLine(event, { progress: true })
  if (line !== undefined) view.lines.push(line)
  if (view.lines.length > mostLines) {
    view.lines.shift()
    view.dropped += 1
  }
  view.heard = event.at
  if ('operation' in event) {
    view.operation ??= event.operation
    view.by ??= event.by
    view.at ??= event.at
  }
  const set = (cluster: string, is: RunCluster) => view.clusters.set(cluster, is)
  switch (event.is) {
    case 'run-started':
      view.is = 'running'
      view.selector = event.selector
      view.waves = event.waves.length
      for (const [index, wave] of event.waves.entries())
        for (const cluster of wave)
          if (!view.clusters.has(cluster)) set(cluster, { status: 'waiting', wave: index + 1 })
      return
    case 'wave-started':
      view.wave = event.wave
      return
    case 'run-turned':
      view.is = event.to
      view.why = event.why
      return
    case 'job-queued':
      if (!view.clusters.has(event.cluster)) set(event.cluster, { status: 'waiting' })
      return
    case 'job-started':
      set(event.cluster, { status: 'under way', worker: event.worker })
      return
    case 'job-finished': {
      const { status, seconds, changes, failures } = event.outcome
      const changed = changes.filter(({ outcome }) => outcome === 'changed').length
      const why = failures[0]?.message
      set(event.cluster, {
        status,
        worker: event.worker,
        seconds,
        changed,
        ...(why === undefined ? {} : { why }),
      })
      return
    }
    case 'job-withdrawn':
      set(event.cluster, { status: 'withdrawn', why: event.why })
      return
    case 'job-dead':
      set(event.cluster, { status: 'given up', why: event.why })
      return
  }
}

/** How many clusters are over, of how many. */
export function progressOf({ clusters }: RunView): { readonly over: number; readonly of: number } {
  const over = [...clusters.values()].filter(
    ({ status }) => status !== 'waiting' && status !== 'under way',
  ).length
  return { over, of: clusters.size }
}
