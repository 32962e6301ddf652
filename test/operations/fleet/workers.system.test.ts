import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, freePort, openEngines, type Server } from './engines.ts'
import { linesOf, openFleet, slowStep, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let server: Server
beforeAll(async () => {
  engines = openEngines()
  server = await engines.server()
})
afterAll(() => engines[Symbol.asyncDispose]())

const file = (content: string) => ({ copy: { dest: '/run/made', content } })

/** A fleet of its own on the engine, which is made anew for it. */
async function fleetOf(clusters: Readonly<Record<string, string>>): Promise<TestFleet> {
  await server.kill()
  server = await engines.server()
  const fleet = await openFleet(clusters, [server.url])
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
  return fleet
}

describe('workers of a fleet', () => {
  it('do what is ordered, once, and remember who wanted it', async () => {
    await using fleet = await fleetOf({ one: 'berlin', two: 'oslo', three: 'oslo' })
    fleet.playbook([file('hello')])
    await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })
    await (await fleet.worker('oslo', 'o1')).says({ is: 'worker-ready' })

    const planned = await fleet.run('fleet', 'plan', '--json')
    expect(planned.status).toBe(2)
    expect(linesOf(fleet.on('one', '/run/made'))).toEqual([])

    const applied = await fleet.run('fleet', 'apply', 'all', '--json')
    expect(applied.error).toBe('')
    expect(applied.status).toBe(0)
    for (const cluster of ['one', 'two', 'three'])
      expect(linesOf(fleet.on(cluster, '/run/made'))).toEqual(['hello'])
    const results = applied.said.filter(({ is }) => is === 'result').map(({ result }) => result)
    expect(results).toHaveLength(3)
    expect(results).toContainEqual(
      expect.objectContaining({ cluster: 'one', status: 'changed', worker: 'b1' }),
    )

    const again = await fleet.run('fleet', 'apply', 'site=oslo', '--json')
    const statuses = again.said.filter(({ is }) => is === 'result').map(({ result }) => result)
    expect(statuses).toEqual([
      expect.objectContaining({ status: 'fine', worker: 'o1' }),
      expect.objectContaining({ status: 'fine', worker: 'o1' }),
    ])

    const history = await fleet.run('fleet', 'history', '--cluster', 'one', '--json')
    expect(history.said).toContainEqual(
      expect.objectContaining({
        is: 'job-finished',
        operation: 'apply',
        by: expect.stringMatching(/@/),
        outcome: expect.objectContaining({
          status: 'changed',
          changes: [
            expect.objectContaining({
              host: 'one-1',
              outcome: 'changed',
              diff: expect.stringContaining('+hello'),
            }),
          ],
        }),
      }),
    )
    const status = await fleet.run('fleet', 'status')
    expect(status.out).toMatch(/^one +berlin +unknown +none /m)
  })

  it('take over what one began that was killed, and make it whole; never two at a time', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    fleet.playbook([slowStep(3, 'first'), file('whole')])
    const first = await fleet.worker('berlin', 'b1')
    await first.says({ is: 'worker-ready' })
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    await first.says({ is: 'job-begun', attempt: 1 })
    await expect
      .poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 20_000 })
      .toEqual(['begin first'])
    await first.kill()
    const second = await fleet.worker('berlin', 'b2')
    await second.says({ is: 'job-begun', attempt: 2 })
    const { status, said } = await applying.ended
    expect(status).toBe(0)
    expect(said).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ worker: 'b2', status: 'changed' }) }),
    )
    expect(linesOf(fleet.on('one', '/run/made'))).toEqual(['whole'])
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual([
      'begin first',
      'end first',
      'begin first',
      'end first',
    ])
    // The machine knows the later of them.
    expect(linesOf(fleet.on('one', '/var/lib/understudy/fences/web.one'))).toEqual([
      expect.stringMatching(/^\d+ 2 /),
    ])
  })

  it('do nothing more once they slept through their lease', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    // The first outlasts the lease: the second is sent with it, and its turn comes when the other worker has the machine.
    fleet.playbook([slowStep(20, 'first'), slowStep(0, 'second')])
    const first = await fleet.worker('berlin', 'b1')
    await first.says({ is: 'worker-ready' })
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    await expect
      .poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 20_000 })
      .toEqual(['begin first'])
    first.signal('SIGSTOP')
    await (await fleet.worker('berlin', 'b2')).says({ is: 'job-begun', attempt: 2 })
    const { status, said } = await applying.ended
    expect(status).toBe(0)
    expect(said).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ worker: 'b2' }) }),
    )
    first.signal('SIGCONT')
    await first.says({ is: 'job-left' })
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual([
      ...['begin first', 'end first'],
      ...['begin first', 'end first', 'begin second', 'end second'],
    ])
    const history = await fleet.run('fleet', 'history', '--json')
    expect(history.said.filter(({ is }) => is === 'job-finished')).toHaveLength(1)
  })

  it('answer Prometheus: what they did, how clusters of their site fare, and that the engine is away', async () => {
    await using fleet = await fleetOf({ one: 'berlin', two: 'oslo' })
    fleet.playbook([file('hello')])
    const at = `127.0.0.1:${await freePort()}`
    await (await fleet.worker('berlin', 'b1', '--metrics', at)).says({ is: 'worker-ready' })
    await (await fleet.worker('oslo', 'o1')).says({ is: 'worker-ready' })
    expect((await fleet.run('fleet', 'apply', 'all', '--may-fail', '1')).status).toBe(0)
    writeFileSync(fleet.on('one', '/run/made'), 'by hand\n')
    expect((await fleet.run('fleet', 'drift', 'all')).status).toBe(2)
    const metrics = async () => (await fetch(`http://${at}/metrics`)).text()
    await expect
      .poll(metrics, { timeout: 20_000 })
      .toContain('understudy_cluster_drifted{cluster="one",site="berlin"} 1\n')
    const told = await metrics()
    for (const line of [
      'understudy_worker_job_seconds_count{operation="apply",status="changed"} 1',
      'understudy_worker_job_seconds_count{operation="drift",status="drifted"} 1',
      'understudy_worker_engine_up 1',
      'understudy_site_jobs{site="berlin",is="waiting"} 0',
    ])
      expect(told.split('\n')).toContain(line)
    // The other site has workers of its own.
    expect(told).not.toContain('cluster="two"')
    expect((await fetch(`http://${at}/`)).status).toBe(404)
    expect((await fetch(`http://${at}/metrics`, { method: 'POST' })).status).toBe(404)
    const second = await fleet.run(
      ...['worker', '--fleet', 'web', '--site', 'berlin', '--trust', fleet.publicKey, '--name', 'b2'],
      ...['--engine', server.url, '--state', join(fleet.folder, 'state'), '--metrics', at],
    )
    expect([second.status, second.error]).toEqual([
      5,
      expect.stringContaining(`${at} cannot be had: somebody else has it`),
    ])
    await server.kill()
    await expect.poll(metrics, { timeout: 20_000 }).toContain('understudy_worker_engine_up 0\n')
    expect(await metrics()).toContain(
      'understudy_worker_job_seconds_count{operation="apply",status="changed"} 1\n',
    )
    await server.start()
    await expect.poll(metrics, { timeout: 20_000 }).toContain('understudy_worker_engine_up 1\n')
  })

  it('lose nothing when the engine is killed and comes back', async () => {
    await using fleet = await fleetOf({ one: 'berlin', two: 'berlin' })
    fleet.playbook([slowStep(4, 'only')])
    const worker = await fleet.worker('berlin', 'b1', '--jobs', '1')
    await worker.says({ is: 'worker-ready' })
    const sent = fleet.begin('fleet', 'apply', 'all', '--may-fail', '1', '--json')
    await expect
      .poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 20_000 })
      .toEqual(['begin only'])
    await server.kill()
    // The machine is finished while nobody can be told.
    await expect.poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 20_000 }).toHaveLength(2)
    await server.start()
    const run = await sent.ended
    const { run: name } = run.said.find(({ is }) => is === 'begun') ?? {}
    const resumed = run.status === 0 ? run : await fleet.run('fleet', 'resume', String(name), '--json')
    expect(resumed.status).toBe(0)
    for (const cluster of ['one', 'two'])
      expect(linesOf(fleet.on(cluster, '/run/told'))).toEqual(['begin only', 'end only'])
    const history = await fleet.run('fleet', 'history', '--json')
    expect(history.said.filter(({ is }) => is === 'job-finished')).toHaveLength(2)
  })

  it('end when they are told to, although the engine went away in the middle of a question', async () => {
    const gone = await engines.server()
    await using fleet = await openFleet({ one: 'berlin' }, [gone.url])
    expect((await fleet.run('fleet', 'init')).error).toBe('')
    const worker = await fleet.worker('berlin', 'b1')
    await worker.says({ is: 'worker-ready' })
    await gone.kill()
    worker.signal('SIGTERM')
    await expect(
      Promise.race([worker.ended, new Promise((done) => setTimeout(done, 40_000, 'goes on'))]),
    ).resolves.toBe(0)
    expect(worker.error()).toBe('')
  })

  it('work for one person at a time: the second is told who the first is', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    const until = 'echo "begin only" >>/run/told; until [ -e /run/enough ]; do sleep 0.2; done'
    fleet.playbook([{ shell: `${until}; echo "end only" >>/run/told`, changed_when: true }])
    await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })
    const first = fleet.begin('fleet', 'apply', 'one', '--json')
    await expect.poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 60_000 }).toHaveLength(1)
    const second = await fleet.run('fleet', 'apply', 'one')
    writeFileSync(fleet.on('one', '/run/enough'), '')
    expect(second.status).toBe(6)
    expect(second.out).toMatch(/one is in use: apply by \S+@\S+ \(run \S+\) is queued or under way/)
    expect((await first.ended).status).toBe(0)
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['begin only', 'end only'])
  })
})
