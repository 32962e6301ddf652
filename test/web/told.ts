import { emptyOutcome, type Outcome, type Picture } from '../../src/fleet/outcome.ts'
import type { Over } from '../../src/fleet/state.ts'
import { stateAfter } from '../../src/fleet/state.ts'
import { connectEngine } from '../../src/nats/engine.ts'
import { setAside, tellEvent } from '../../src/nats/events.ts'
import { openFleet } from '../../src/nats/fleet.ts'

/** A pair of directors before two realservers; the first of these holds the VIP. */
export function pictureWith(holder: string | undefined, changes: Partial<Picture> = {}): Picture {
  const director = (host: string) => ({
    host,
    role: 'director' as const,
    state: host === holder ? 'MASTER' : 'BACKUP',
    well: true,
  })
  const realserver = (host: string) => ({
    host,
    role: 'realserver' as const,
    state: 'in the pool',
    well: true,
  })
  return {
    well: holder !== undefined,
    vips: [{ address: '10.0.0.100', holders: holder === undefined ? [] : [holder] }],
    members: [director('d1'), director('d2'), realserver('rs1'), realserver('rs2')],
    certificateDays: 61,
    ...changes,
  }
}

/** A job that is over. */
export function over(changes: Partial<Over> & { readonly outcome?: Outcome } = {}): Over {
  return {
    cluster: 'shop',
    site: 'berlin',
    labels: {},
    operation: 'verify',
    run: 'r1',
    by: 'ann@desk',
    worker: 'b1',
    at: new Date().toISOString(),
    outcome: emptyOutcome('fine'),
    ...changes,
  }
}

/** Writes to the engine what a worker writes there when a job is over: what is known of the cluster then, and the event. */
export async function tellOver(server: string, fleet: string, one: Over): Promise<void> {
  await using engine = await connectEngine({ servers: [server], name: 'a worker' })
  const { state } = (await openFleet(engine, fleet)).buckets
  await state.put(one.cluster, stateAfter((await state.get(one.cluster))?.value, one))
  const { cluster, site, operation, run, by, worker, at, outcome } = one
  await tellEvent(engine, {
    ...{ v: 1, is: 'job-finished', fleet, job: `${run}.${cluster}`, attempt: 1 },
    ...{ cluster, site, operation, run, by, worker, at, outcome },
  } as Parameters<typeof tellEvent>[1])
}

/** Writes to the engine what a worker writes there when it gives a job up. */
export async function tellDead(server: string, fleet: string, { job, why }: { job: string; why: string }) {
  await using engine = await connectEngine({ servers: [server], name: 'a worker' })
  const at = new Date().toISOString()
  const message = { subject: `us.${fleet}.job.berlin.x`, message: '', site: 'berlin', attempts: 3 }
  await setAside(engine, { ...message, v: 1, at, fleet, is: 'failed', job, why })
}
