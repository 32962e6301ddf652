import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { usualLease } from '../../../src/fleet/lease.ts'
import type { Job } from '../../../src/fleet/order.ts'
import { connectEngine, type Engine } from '../../../src/nats/engine.ts'
import { openFleet as onEngine } from '../../../src/nats/fleet.ts'
import { jobOf, SiteQueue, sendJob, takeOut } from '../../../src/nats/jobs.ts'
import { ForgottenJobs } from '../../../src/operations/fleet/forgotten-jobs.ts'
import type { NamedCluster } from '../../../src/operations/fleet/reading.ts'
import { whyStill } from '../../../src/operations/fleet/standing-still.ts'
import type { WorkerEvent } from '../../../src/operations/fleet/work.ts'
import { needs } from '../../needs.ts'
import { type Engines, openEngines } from './engines.ts'
import { openFleet, slowStep, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let url: string
let connection: NatsConnection
let manager: JetStreamManager
let engine: Engine
beforeAll(async () => {
  engines = openEngines()
  url = (await engines.server()).url
  connection = await connect({ servers: url })
  manager = await jetstreamManager(connection)
  engine = await connectEngine({ servers: [url], name: 'a test' })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await connection.close()
  await engines[Symbol.asyncDispose]()
})

const streams = (fleet: string) => ({ jobs: `us-${fleet}-jobs`, bundles: `OBJ_us-${fleet}-bundles` })

/** A fleet that was made anew on the engine, and a run of it that has sent all its jobs. */
async function ordered(clusters: Readonly<Record<string, string>>) {
  for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name)
  const fleet = await openFleet(clusters, [url])
  expect((await fleet.run('fleet', 'init')).error).toBe('')
  fleet.playbook([slowStep(0)])
  const applying = fleet.begin('fleet', 'apply', 'all', '--json', '--may-fail', '1')
  await expect.poll(async () => (await lying()).length, { timeout: 20_000 }).toBeGreaterThan(0)
  const there = await onEngine(engine, 'web')
  const [run] = (await there.buckets.runs.all()).map(({ value }) => value)
  if (!run) throw new Error('no run was begun')
  return { fleet, there, run, applying }
}

const lying = async () => {
  const { state } = await manager.streams.info(streams('web').jobs, { subjects_filter: '>' })
  return Object.keys(state.subjects ?? {}).map((subject) => subject.split('.').at(-1))
}

async function ends(fleet: TestFleet, run: string) {
  const { status, said } = await fleet.run('fleet', 'resume', run, '--json')
  expect(status).toBe(0)
  expect(said).toContainEqual(
    expect.objectContaining({ result: expect.objectContaining({ status: 'changed' }) }),
  )
}

it('a bundle of which the engine lost a part is told, not waited for, and sent along with the next order', async () => {
  const { fleet, applying } = await ordered({ one: 'berlin' })
  await using _ = fleet
  await manager.streams.purge(streams('web').bundles, { filter: '$O.us-web-bundles.C.>' })
  await (await fleet.worker('berlin', 'b1', '--tries', '1')).says({ is: 'worker-ready' })
  const { said } = await applying.ended
  expect(said).toContainEqual(
    expect.objectContaining({
      result: expect.objectContaining({ why: expect.stringContaining('only a part of the bundle') }),
    }),
  )
  expect((await fleet.run('fleet', 'apply', 'one')).status).toBe(0)
})

it('a job that the engine lost, and whose name it knows, is sent anew by whoever resumes its run', async () => {
  const { fleet, run, applying } = await ordered({ one: 'berlin' })
  await using _ = fleet
  applying.child.kill('SIGKILL')
  await manager.streams.purge(streams('web').jobs)
  await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })
  await ends(fleet, run.run)
})

it('a run that stands still is told why: no worker, one who has it, or a job that is lost, which is sent anew', async () => {
  const { fleet, there, run, applying } = await ordered({ one: 'berlin' })
  await using _ = fleet
  applying.child.kill('SIGKILL')
  const named = { cluster: 'one', site: 'berlin' } as NamedCluster
  const job = await manager.streams.getMessage(streams('web').jobs, { last_by_subj: 'us.web.job.berlin.one' })
  const { order } = job?.json<{ order: never }>() ?? {}
  const sent = { engine, fleet: there, run, clusters: new Map([['one', named]]) }
  const why = async () => {
    const told = await whyStill({ ...sent, orderOf: async () => order as never }, ['one', 'gone'])
    return told.map(({ is, message }) => `${is}: ${message}`)
  }
  expect(await why()).toEqual([
    expect.stringMatching(/^warning: no worker is at berlin: one waits .*--site berlin/),
  ])
  const beside = { v: 1 as const, worker: 'b1', site: 'berlin', version: '1', started: run.started, jobs: [] }
  await there.buckets.workers.put('b1', beside)
  expect(await why()).toEqual([expect.stringMatching(/one waits for a worker of berlin.*b1 has 0 under way/)])
  const holder = { job: `${run.run}.one`, worker: 'b1', did: 'apply', by: 'ann', since: run.started }
  const begun = { job: holder.job, failed: 0, open: 1 }
  await there.buckets.locks.write('one', { fence: 1, holder, beat: 0, begun }, undefined)
  expect(await why()).toEqual([expect.stringMatching(/^waiting: still under way: one \(apply at b1 since /)])
  await manager.streams.purge(streams('web').jobs)
  expect(await why()).toEqual([expect.stringMatching(/lost .* one: it is sent anew/)])
  expect(await lying()).toEqual(['one'])
  await there.buckets.locks.remove('one')
  await there.buckets.workers.remove('b1')
  await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })
  await ends(fleet, run.run)
})

it('a job that somebody has, and never begins, is given out once more; not while its run is paused, or its cluster held', async () => {
  const { fleet, there, run, applying } = await ordered({ one: 'berlin' })
  await using _ = fleet
  applying.child.kill('SIGKILL')
  const queue = new SiteQueue(engine, { fleet: 'web', site: 'berlin', lease: 2 })
  const taken = await queue.next(5)
  expect(taken?.attempt).toBe(1)
  // As a process does that hangs: it says that it is still at it, and nothing comes of it.
  const beating = setInterval(() => taken?.working(), 300)
  try {
    const told: WorkerEvent[] = []
    const work = { fleet: there, times: usualLease, onEvent: (event: WorkerEvent) => told.push(event) }
    const forgotten = new ForgottenJobs(queue, work, 1)
    const looks = async (hasRoom: boolean, around: () => Promise<unknown> = async () => {}) => {
      for (let look = 0; look < 6; look += 1) {
        await around()
        await forgotten.tick(hasRoom)
        await new Promise((done) => setTimeout(done, 300))
      }
      return told.length
    }
    expect(await looks(false)).toBe(0)
    const { buckets } = there
    await buckets.runs.put(run.run, { ...run, is: 'paused' })
    expect(await looks(true)).toBe(0)
    await buckets.runs.put(run.run, run)
    const begun = { job: `${run.run}.one`, failed: 0, open: 1 }
    let beat = 0
    expect(await looks(true, () => buckets.locks.put('one', { fence: 1, beat: beat++, begun }))).toBe(0)
    expect(await looks(true)).toBe(1)
    expect(told).toEqual([{ is: 'warning', message: expect.stringContaining('something to do for one') }])
    const consumer = await jetstream(connection)
      .consumers.get(streams('web').jobs, 'site-berlin')
      .catch(() => null)
    expect(consumer).toBeNull()
    const again = await queue.next(5)
    expect(again?.text).toBe(taken?.text)
    await again?.done()
  } finally {
    clearInterval(beating)
  }
})

it('a job of another site that the engine gives out is left to that site, and the queue is made anew', async () => {
  const { fleet, applying } = await ordered({ one: 'berlin', two: 'oslo' })
  await using _ = fleet
  // As servers do that lost their power: what is pending there is the number of a message that another one has since.
  const consumer = {
    durable_name: 'site-oslo',
    filter_subject: 'us.web.job.*.*',
    ack_policy: 'explicit',
  } as const
  await manager.consumers.add(streams('web').jobs, { ...consumer, ack_wait: 4_000_000_000 })
  const worker = await fleet.worker('oslo', 'o1')
  expect(await worker.says({ is: 'warning' })).toMatchObject({
    message: expect.stringContaining('us.web.job.berlin.one, which is of another site'),
  })
  const { config } = await manager.consumers.info(streams('web').jobs, 'site-oslo')
  expect(config.filter_subject).toBe('us.web.job.oslo.*')
  expect((await fleet.run('fleet', 'dead', '--json')).said).toEqual([])
  await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })
  expect((await applying.ended).status).toBe(0)
})

it('a job that is over takes no other one away that has its number since servers lost it', async () => {
  const lost = await engines.server()
  const fleet = await openFleet({ one: 'berlin' }, [lost.url])
  await using _ = fleet
  expect((await fleet.run('fleet', 'init')).error).toBe('')
  const store = join(engines.folder, lost.name)
  const kept = join(engines.folder, 'kept')
  await lost.kill()
  cpSync(store, kept, { recursive: true })
  await lost.start()
  await using engine = await connectEngine({ servers: [lost.url], name: 'a test' })
  const place = { fleet: 'web', site: 'berlin', cluster: 'one' }
  const send = (order: string) =>
    sendJob(engine, { ...place, name: order, job: { v: 1, is: 'ordered', order } as unknown as Job })
  const queue = () => new SiteQueue(engine, { fleet: 'web', site: 'berlin', lease: 30 })
  expect(await send('first')).toBe('queued')
  const first = await queue().next(5)
  const { sequence } = (await jobOf(engine, place)) ?? {}
  await lost.kill()
  rmSync(store, { recursive: true })
  cpSync(kept, store, { recursive: true })
  await lost.start()
  await expect.poll(() => engine.reachable(), { timeout: 10_000 }).toBe(true)
  // Nothing has its number yet: it must not be taken for done in advance.
  await first?.done()
  expect(await send('second')).toBe('queued')
  const second = await queue().next(5)
  expect([(await jobOf(engine, place))?.sequence, second?.attempt]).toEqual([sequence, 1])
  await first?.done()
  expect((await jobOf(engine, place))?.text).toBe(second?.text)
  // Servers that do not agree what lies under a number give it out again and again: in the end it is taken away all the same.
  let again = second
  while (again && again.attempt <= 3) {
    again.later(0)
    again = await queue().next(5)
  }
  expect(again?.attempt).toBe(4)
  await again?.done()
  expect(await jobOf(engine, place)).toBeUndefined()
  // Nor is one waited for that was taken out meanwhile.
  expect(await send('third')).toBe('queued')
  const third = await queue().next(5)
  await takeOut(engine, 'web', (await jobOf(engine, place)) ?? { sequence: 0 })
  await third?.done()
  await expect.poll(() => queue().length()).toEqual({ waiting: 0, begun: 0 })
})

it('a stream that is gone is waited for, and what to do is told; the run goes on once it is made anew', async () => {
  const { fleet, run, applying } = await ordered({ one: 'berlin' })
  await using _ = fleet
  applying.child.kill('SIGKILL')
  const worker = await fleet.worker('berlin', 'b1', '--jobs', '1', '--lease', '2')
  await worker.says({ is: 'job-over' })
  await manager.streams.delete(streams('web').jobs)
  const why = `the engine at ${url} has not all that the fleet needs: see what is missing: understudy fleet init --check; without --check it is made`
  await worker.says({ is: 'engine-lost', why })
  const refused = await fleet.run('fleet', 'resume', run.run)
  expect([refused.status, refused.error]).toEqual([
    5,
    expect.stringMatching(
      /us-web-jobs of the fleet web is missing .*\n {2}→ make it there: understudy fleet init/,
    ),
  ])
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
  await worker.says({ is: 'engine-back' })
  expect((await fleet.run('fleet', 'apply', 'one')).status).toBe(0)
})
