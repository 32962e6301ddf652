import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Envelope } from '../../fleet/envelope.ts'
import type { FleetEvent } from '../../fleet/event.ts'
import type { Run } from '../../fleet/kept.ts'
import { shapeVersion } from '../../fleet/names.ts'
import { jobName } from '../../fleet/order.ts'
import type { Engine } from '../../nats/engine.ts'
import { tellEvent } from '../../nats/events.ts'
import { isGone } from '../../nats/failures.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import { jobOf, sendJob, takeOut } from '../../nats/jobs.ts'
import type { ClusterResult, Dispatch } from './driving.ts'
import type { NamedCluster } from './reading.ts'
import { sendLost, whyStill } from './standing-still.ts'
import { type Orderer, whose } from './whose.ts'

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
  /** Tells whoever ordered it. */
  readonly warn: (message: string) => void
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
export function throughEngine({
  engine,
  fleet,
  run,
  clusters,
  orderOf,
  publish,
  warn,
  signal,
}: Sending): Dispatch {
  const { buckets } = fleet
  // As many wait for an engine that is away.
  setMaxListeners(2 * sendingAtOnce, signal)
  let isAway = false
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
      const place = { fleet: fleet.fleet, site: one.site, cluster }
      const job = { v: shapeVersion, is: 'ordered', order: await orderOf(one) } as const
      for (let waited = 0; ; waited += 1) {
        const sent = await sendJob(engine, { ...place, name, job })
        if (sent === 'queued') break
        if (sent === 'sent-before') {
          await sendLost({ engine, fleet, run, orderOf }, one)
          break
        }
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
    whyStill: patiently((open: readonly string[]) =>
      whyStill({ engine, fleet, run, clusters, orderOf }, open),
    ),
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
          const answer = await ask(...given)
          isAway = false
          return answer
        } catch (error) {
          if (!isGone(error) || waited >= away || signal.aborted) throw error
          // Of many that ask at the same time, one says so, and not where the next answer is there.
          if (waited >= 2 && !isAway) {
            isAway = true
            warn(`${(error as Error).message}: it is waited for, two minutes or more`)
          }
          await pause(1000, undefined, { signal }).catch(() => undefined)
        }
      }
    }
  }
}

function inUse(cluster: string, { operation, by, run }: Orderer): string {
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
