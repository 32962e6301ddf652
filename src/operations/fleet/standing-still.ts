import { limited } from '../../engine/limit.ts'
import type { Envelope } from '../../fleet/envelope.ts'
import type { Run, WorkerSeen } from '../../fleet/kept.ts'
import { shapeVersion } from '../../fleet/names.ts'
import { jobName } from '../../fleet/order.ts'
import type { Engine } from '../../nats/engine.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import { jobOf, sendJob } from '../../nats/jobs.ts'
import type { StillEvent } from './driving.ts'
import type { NamedCluster } from './reading.ts'

/** A run, and how its jobs are sent. */
interface Sent {
  readonly engine: Engine
  readonly fleet: FleetOnEngine
  readonly run: Run
  readonly orderOf: (cluster: NamedCluster) => Promise<Envelope>
}

/** Clusters that are named in one line, and questions at the same time. */
const mostNames = 8
const atOnce = 32

/**
 * Sends a job anew that was sent, and of which the engine knows neither that it waits nor what came of it; nothing where it knows. Servers
 * that lost their power may remember its name without it.
 */
export async function sendLost(
  { engine, fleet, run, orderOf }: Sent,
  one: NamedCluster,
): Promise<'sent' | 'known'> {
  const { cluster, site } = one
  const name = jobName(run.run, cluster)
  const place = { fleet: fleet.fleet, site, cluster }
  if (await jobOf(engine, place)) return 'known'
  // What comes of a job is there before it is taken away.
  if (await fleet.buckets.results.get(name)) return 'known'
  const job = { v: shapeVersion, is: 'ordered', order: await orderOf(one) } as const
  await sendJob(engine, { ...place, name: `${name} again ${Date.now()}`, job })
  return 'sent'
}

/** Why clusters of a run are not over, as far as the engine knows, and what to do; jobs that it lost are sent anew. */
export async function whyStill(
  sent: Sent & { readonly clusters: ReadonlyMap<string, NamedCluster> },
  open: readonly string[],
): Promise<readonly StillEvent[]> {
  const { fleet, run, clusters } = sent
  const lost: string[] = []
  const underWay: string[] = []
  const waiting = new Map<string, string[]>()
  await limited(atOnce, open, async (cluster) => {
    const one = clusters.get(cluster)
    if (!one) return
    if ((await sendLost(sent, one)) === 'sent') {
      lost.push(cluster)
      return
    }
    const holder = (await fleet.buckets.locks.get(cluster))?.value.holder
    if (holder) underWay.push(`${cluster} (${holder.did} at ${holder.worker} since ${timeOf(holder.since)})`)
    else waiting.set(one.site, [...(waiting.get(one.site) ?? []), cluster])
  })
  const workers = (await fleet.buckets.workers.all()).map(({ value }) => value)
  const warning = (message: string) => ({ is: 'warning' as const, message })
  return [
    ...(lost.length > 0
      ? [warning(`the engine had lost what was to be done for ${some(lost)}: it is sent anew`)]
      : []),
    ...(underWay.length > 0
      ? [{ is: 'waiting' as const, message: `still under way: ${some(underWay)}` }]
      : []),
    ...[...waiting].map(([site, names]) => warning(waitingWords(site, names, { workers, run: run.run }))),
  ]
}

function waitingWords(
  site: string,
  names: readonly string[],
  { workers, run }: { readonly workers: readonly WorkerSeen[]; readonly run: string },
): string {
  const there = workers.filter((one) => one.site === site)
  if (there.length === 0)
    return `no worker is at ${site}: ${some(names)} ${names.length === 1 ? 'waits' : 'wait'} for one → understudy worker --site ${site}, or end the run: understudy fleet abort ${run}`
  const busy = there.map(({ worker, jobs }) => `${worker} has ${jobs.length} under way`).join(', ')
  return `nothing came for a while: ${some(names)} ${names.length === 1 ? 'waits' : 'wait'} for a worker of ${site}, or to be tried again (${busy}) → see what these workers tell, or end the run: understudy fleet abort ${run}`
}

function some(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, mostNames).join(', ')
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown
}

function timeOf(at: string): string {
  return `${at.slice(11, 19)} UTC`
}
