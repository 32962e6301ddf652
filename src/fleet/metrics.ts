import type { ClusterState, ResultStatus } from './kept.ts'
import type { Operation } from './names.ts'
import { certificateDaysAt } from './trouble.ts'

/** What a worker tells Prometheus. */
export interface WorkerMetrics {
  readonly fleet: string
  readonly site: string
  readonly worker: string
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly started: number
  /** Whether the engine answers. */
  readonly engine: boolean
  readonly underWay: number
  readonly atOnce: number
  readonly over: readonly JobTimes[]
  /** Jobs that it gave back, or lost. */
  readonly left: number
  readonly setAside: number
  /** Bundles of letters on its disk that the engine does not have yet. */
  readonly unsent: number
  /** Jobs of the site that nobody has, and that somebody has; absent while the engine is away. */
  readonly queue?: { readonly waiting: number; readonly begun: number } | undefined
  /** Clusters of the site as they were last seen; absent while the engine is away. */
  readonly clusters?: readonly ClusterState[] | undefined
}

/** How long jobs of one operation that ended in one way took. */
export interface JobTimes {
  readonly operation: Operation
  readonly status: ResultStatus
  readonly count: number
  /** Seconds, of all together. */
  readonly seconds: number
  /** How many took no longer than each of `jobBounds`. */
  readonly within: readonly number[]
}

/** Seconds: from a look at a cluster to the bringing up of a large one. */
export const jobBounds = [1, 3, 10, 30, 100, 300, 1000, 3000] as const

/** The same with one more job. */
export function withJob(
  all: readonly JobTimes[],
  { operation, status, seconds }: Pick<JobTimes, 'operation' | 'status' | 'seconds'>,
): readonly JobTimes[] {
  const isIt = (one: JobTimes) => one.operation === operation && one.status === status
  const found = all.find(isIt) ?? { operation, status, count: 0, seconds: 0, within: jobBounds.map(() => 0) }
  const more = {
    ...found,
    count: found.count + 1,
    seconds: found.seconds + seconds,
    within: jobBounds.map((bound, index) => (found.within[index] ?? 0) + (seconds <= bound ? 1 : 0)),
  }
  return [...all.filter((one) => !isIt(one)), more]
}

type Labels = Readonly<Record<string, string>>
type Sample = readonly [name: string, labels: Labels, value: number]

/** The same as Prometheus reads it (its text format, version 0.0.4); `now` in milliseconds since the epoch. */
export function metricsText(metrics: WorkerMetrics, now: number): string {
  return [...ofWorker(metrics), ...ofClusters(metrics.clusters ?? [], now)]
    .flat()
    .map((line) => `${line}\n`)
    .join('')
}

function ofWorker(metrics: WorkerMetrics): readonly (readonly string[])[] {
  const {
    fleet,
    site,
    worker,
    version,
    started,
    engine,
    underWay,
    atOnce,
    over,
    left,
    setAside,
    unsent,
    queue,
  } = metrics
  const one = (name: string, help: string, value: number, labels: Labels = {}) =>
    family(name, 'gauge', help, [[name, labels, value]])
  return [
    one('understudy_worker_info', 'Which worker answers.', 1, { fleet, site, worker, version }),
    one('understudy_worker_start_time_seconds', 'When it began, in seconds since 1970.', started / 1000),
    one('understudy_worker_engine_up', 'Whether the engine answers it.', engine ? 1 : 0),
    one('understudy_worker_jobs_running', 'Clusters that it works on.', underWay),
    one('understudy_worker_jobs_limit', 'Clusters that it works on at the same time, at most.', atOnce),
    one('understudy_worker_unsent', 'What it keeps until the engine has it: outcomes of jobs.', unsent),
    family('understudy_worker_job_seconds', 'histogram', 'How long jobs took that came to an end here.', [
      ...over.flatMap(timesOf),
    ]),
    family('understudy_worker_jobs_left_total', 'counter', 'Jobs that it left to another try or to others.', [
      ['understudy_worker_jobs_left_total', {}, left],
    ]),
    family('understudy_worker_set_aside_total', 'counter', 'Messages that were no jobs for it.', [
      ['understudy_worker_set_aside_total', {}, setAside],
    ]),
    queue
      ? family('understudy_site_jobs', 'gauge', 'Jobs of its site, by the engine.', [
          ['understudy_site_jobs', { site, is: 'waiting' }, queue.waiting],
          ['understudy_site_jobs', { site, is: 'begun' }, queue.begun],
        ])
      : [],
  ]
}

function timesOf({ operation, status, count, seconds, within }: JobTimes): readonly Sample[] {
  const name = 'understudy_worker_job_seconds'
  const labels = { operation, status }
  return [
    ...jobBounds.map(
      (le, index) => [`${name}_bucket`, { ...labels, le: String(le) }, within[index] ?? 0] as const,
    ),
    [`${name}_bucket`, { ...labels, le: '+Inf' }, count],
    [`${name}_sum`, labels, seconds],
    [`${name}_count`, labels, count],
  ]
}

/** Several workers of a site tell the same of its clusters. */
function ofClusters(clusters: readonly ClusterState[], now: number): readonly (readonly string[])[] {
  const each = (
    name: string,
    help: string,
    valuesOf: (state: ClusterState) => readonly (readonly [Labels, number | undefined])[],
  ) =>
    family(
      name,
      'gauge',
      help,
      clusters.flatMap((state) =>
        valuesOf(state).flatMap(([more, value]) =>
          value === undefined
            ? []
            : [[name, { cluster: state.cluster, site: state.site, ...more }, value] as const],
        ),
      ),
    )
  const truth = (is: boolean | undefined) => (is === undefined ? undefined : Number(is))
  const single = (value: number | undefined): readonly (readonly [Labels, number | undefined])[] => [
    [{}, value],
  ]
  return [
    each(
      'understudy_cluster_well',
      'Whether a cluster was well when last seen; absent until it was.',
      ({ health }) => single(health === 'unknown' ? undefined : Number(health === 'well')),
    ),
    each('understudy_cluster_reachable', 'Whether its machines could be reached.', ({ health }) =>
      single(health === 'unknown' ? undefined : Number(health !== 'unreachable')),
    ),
    each('understudy_cluster_drifted', 'How much of it drifted.', ({ drift }) => single(drift?.count)),
    each('understudy_cluster_certificate_days', 'Days left of the certificate that ends first.', (state) =>
      single(certificateDaysAt(state, now)),
    ),
    each('understudy_cluster_drill_passed', 'Whether the last drill was passed.', ({ drill }) =>
      single(truth(drill?.passed)),
    ),
    each(
      'understudy_cluster_vip_holders',
      'How many machines hold a VIP: one, where all is well.',
      ({ picture }) =>
        (picture?.picture.vips ?? []).map(
          ({ address, holders }) => [{ vip: address }, holders.length] as const,
        ),
    ),
    each(
      'understudy_cluster_done_seconds',
      'When something was last done to it, in seconds since 1970.',
      ({ last }) =>
        Object.entries(last).flatMap(([operation, done]) =>
          done ? [[{ operation }, Date.parse(done.at) / 1000] as const] : [],
        ),
    ),
  ]
}

/** Nothing is said of what has no value. */
function family(
  name: string,
  type: 'gauge' | 'counter' | 'histogram',
  help: string,
  samples: readonly Sample[],
): readonly string[] {
  if (samples.length === 0) return []
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(lineOf)]
}

function lineOf([name, labels, value]: Sample): string {
  const words = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`)
  return `${name}${words.length === 0 ? '' : `{${words.join(',')}}`} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
