import { setTimeout as pause } from 'node:timers/promises'
import type { Envelope } from '../../fleet/envelope.ts'
import { jsonIn } from '../../fleet/envelope.ts'
import type { FleetEvent } from '../../fleet/event.ts'
import type { Run } from '../../fleet/kept.ts'
import { shapeVersion } from '../../fleet/names.ts'
import { jobIn, jobName, type Order, order, standingOrder } from '../../fleet/order.ts'
import type { Engine } from '../../nats/engine.ts'
import { tellEvent } from '../../nats/events.ts'
import { isGone } from '../../nats/failures.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import { jobOf, sendJob, takeOut } from '../../nats/jobs.ts'
import type { ClusterResult, Dispatch } from './driving.ts'
import type { NamedCluster } from './reading.ts'

/** What a run is sent with. */
export interface Sending {
  readonly engine: Engine
  readonly fleet: FleetOnEngine
  readonly run: Run
  readonly clusters: ReadonlyMap<string, NamedCluster>
  /** Signs what is wanted of a cluster. */
  readonly orderOf: (cluster: NamedCluster) => Promise<Envelope>
  /** Tells workers what a cluster is to be from now on. */
  readonly publish: (cluster: NamedCluster) => Promise<void>
  readonly signal: AbortSignal
}

/** Attempts, a second or more between two, before an engine that is away ends the run. */
const away = 120

/** Jobs, and what clusters are, on their way to the engine at the same time: each waits for an answer. */
export const sendingAtOnce = 32

/** Milliseconds between two looks at what is over; of a run of so many that a look takes its time, so many times that. */
const looksEvery = 1000
const share = 20

/** Seconds for which a look that a schedule began is waited for, and tries to take out what is over. */
const patience = 60

/** A run of which workers carry out the jobs. */
export function throughEngine({ engine, fleet, run, clusters, orderOf, publish, signal }: Sending): Dispatch {
  const { buckets } = fleet
  const events = {
    v: shapeVersion,
    fleet: fleet.fleet,
    run: run.run,
    operation: run.operation,
    by: run.by,
  } as const
  let every = looksEvery
  const tell = (event: FleetEvent, name: string) => tellEvent(engine, event, name)
  return {
    get every() {
      return every
    },
    atOnce: sendingAtOnce,
    begin: patiently(async (cluster: string) => {
      const one = clusters.get(cluster)
      if (!one)
        return {
          cluster,
          status: 'invalid',
          seconds: 0,
          changed: 0,
          why: 'the file of the fleet names it no more',
        }
      const name = jobName(run.run, cluster)
      const job = { v: shapeVersion, is: 'ordered', order: await orderOf(one) } as const
      const place = { fleet: fleet.fleet, site: one.site, cluster }
      for (let waited = 0; ; waited += 1) {
        if ((await sendJob(engine, { ...place, name, job })) === 'queued') break
        const queued = await jobOf(engine, place)
        // It went while we looked.
        if (!queued) continue
        const other = whose(queued.text)
        if (other.run === run.run) break
        // What is over is still in the queue where its worker was killed before he took it out, or a server forgot that he did.
        const isOver = (await buckets.results.get(jobName(other.run, cluster))) !== undefined
        if (!(other.isLook || isOver) || waited >= patience)
          return { cluster, status: 'in-use', seconds: 0, changed: 0, why: inUse(cluster, other) }
        if (isOver) await takeOut(engine, fleet.fleet, queued)
        else await pause(1000, undefined, { signal })
      }
      await publish(one)
      const at = new Date().toISOString()
      await tell({ ...events, at, is: 'job-queued', cluster, site: one.site, job: name }, `${name} queued`)
      return undefined
    }),
    wave: patiently(async (wave: number, clusters: number) => {
      const at = new Date().toISOString()
      await tell({ ...events, at, is: 'wave-started', wave, clusters }, `${run.run} wave ${wave}`)
    }),
    results: patiently(async () => {
      const since = performance.now()
      const found = await buckets.results.all(`${run.run}.*`)
      every = Math.max(looksEvery, share * (performance.now() - since))
      return new Map(found.map(({ value }): [string, ClusterResult] => [value.cluster, value]))
    }),
    told: patiently(async () => (await buckets.runs.get(run.run))?.value.is ?? 'aborted'),
    turn: patiently(async (to: Run['is'], why?: string) => {
      await turnRun({ engine, fleet }, run.run, { to, by: run.by, why })
    }),
  }

  /** The same again while the engine is away: whatever is sent twice is there once. */
  function patiently<Given extends readonly unknown[], Answer>(ask: (...given: Given) => Promise<Answer>) {
    return async (...given: Given): Promise<Answer> => {
      for (let waited = 0; ; waited += 1) {
        try {
          return await ask(...given)
        } catch (error) {
          if (!isGone(error) || waited >= away || signal.aborted) throw error
          await pause(1000, undefined, { signal }).catch(() => undefined)
        }
      }
    }
  }
}

interface Other {
  readonly run: string
  readonly by: string
  readonly operation: string
  /** It changes nothing, and is soon over. */
  readonly isLook: boolean
}

function whose(text: string): Other {
  const read = jobIn(text)
  if ('why' in read) return { run: '', by: 'somebody', operation: 'something unknown', isLook: false }
  if (read.job.is === 'scheduled') {
    const standing = standingOrder.safeParse(jsonIn(read.job.standing.body))
    const { operation, slot } = read.job
    const by = standing.success ? `the schedule of ${standing.data.by}` : 'a schedule'
    return { run: `every-${operation}-${slot}`, by, operation, isLook: operation !== 'drill' }
  }
  const body = order.safeParse(jsonIn(read.job.order.body))
  const { run, by, operation }: Pick<Order, 'run' | 'by' | 'operation'> = body.success
    ? body.data
    : { run: '', by: 'somebody', operation: 'plan' }
  return { run, by, operation, isLook: false }
}

function inUse(cluster: string, { operation, by, run }: Other): string {
  return `${cluster} is in use: ${operation} by ${by} (run ${run}) is queued or under way`
}

/** Has a run go on, pause or end; the run as it is then, nothing where there is none. */
export async function turnRun(
  { engine, fleet }: { readonly engine: Engine; readonly fleet: FleetOnEngine },
  name: string,
  { to, by, why }: { readonly to: Run['is']; readonly by: string; readonly why?: string | undefined },
): Promise<Run | undefined> {
  for (;;) {
    const found = await fleet.buckets.runs.get(name)
    if (!found || found.value.is === to) return found?.value
    const { why: _, ...before } = found.value
    const run: Run = { ...before, is: to, ...(why === undefined ? {} : { why: why.slice(0, 2000) }) }
    const revision = await fleet.buckets.runs.write(name, run, found.revision)
    if (revision === undefined) continue
    const { operation } = run
    const about = { v: shapeVersion, at: new Date().toISOString(), fleet: fleet.fleet, run: name } as const
    const event: FleetEvent = {
      ...about,
      operation,
      by,
      is: 'run-turned',
      to,
      ...(why === undefined ? {} : { why }),
    }
    await tellEvent(engine, event, `${name} ${to} ${revision}`)
    return run
  }
}
