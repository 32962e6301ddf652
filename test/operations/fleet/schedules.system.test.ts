import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, openEngines } from './engines.ts'
import { openFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
beforeAll(() => {
  engines = openEngines()
})
afterAll(() => engines[Symbol.asyncDispose]())

describe.concurrent('schedules', () => {
  it('a schedule is kept by whichever worker of the site, each turn once, and what turns is told once', async ({
    expect,
  }) => {
    const server = await engines.server()
    await using fleet = await openFleet({ one: 'berlin' }, [server.url], { schedules: { drift: '60s' } })
    expect((await fleet.run('fleet', 'init')).status).toBe(0)
    fleet.playbook([{ copy: { dest: '/run/made', content: 'hello' } }])
    for (const name of ['b1', 'b2']) await (await fleet.worker('berlin', name)).says({ is: 'worker-ready' })
    // What only looks leaves the machine as it is: it drifts from the playbook.
    expect((await fleet.run('fleet', 'plan', 'one')).status).toBe(2)
    const events = async () => (await fleet.run('fleet', 'history', '--json')).said
    await expect
      .poll(
        async () =>
          (await events()).filter(({ is, operation }) => is === 'job-finished' && operation === 'drift'),
        {
          timeout: 150_000,
          interval: 3000,
        },
      )
      .toHaveLength(2)
    const told = await events()
    const drifts = told.filter(({ is, operation }) => is === 'job-finished' && operation === 'drift')
    expect(new Set(drifts.map(({ run }) => run)).size).toBe(2)
    expect(drifts).toEqual([
      expect.objectContaining({
        by: expect.stringMatching(/^schedule of \S+@/),
        outcome: expect.objectContaining({ status: 'drifted' }),
      }),
      expect.objectContaining({ outcome: expect.objectContaining({ status: 'drifted' }) }),
    ])
    expect(told.filter(({ is }) => is === 'alert')).toEqual([
      expect.objectContaining({ about: 'drift', bad: true, from: 'unknown', to: '1 drifted' }),
    ])
    expect((await fleet.run('fleet', 'apply', 'one')).status).toBe(0)
    expect((await events()).filter(({ is }) => is === 'alert').at(-1)).toMatchObject({
      about: 'drift',
      bad: false,
    })
    // Somebody changes it by hand: that is told with its difference, and once however often it is looked at.
    const before = (await events()).length
    appendFileSync(fleet.on('one', '/run/made'), ' by hand')
    for (const _ of [1, 2]) expect((await fleet.run('fleet', 'drift', 'one')).status).toBe(2)
    const since = (await events()).slice(before)
    expect(since.filter(({ is, about }) => is === 'alert' && about === 'drift')).toEqual([
      expect.objectContaining({ bad: true, from: '0 drifted', to: '1 drifted' }),
    ])
    expect(since.find(({ is }) => is === 'job-finished')?.outcome).toMatchObject({
      drift: [{ host: 'one-1', id: 'copy[/run/made]', of: 'files' }],
      changes: [{ host: 'one-1', diff: expect.stringMatching(/^-hello by hand$/m) }],
    })
  })

  it('tells where what it says was signed by nobody who is trusted there, and goes on once somebody has', async ({
    expect,
  }) => {
    const server = await engines.server()
    await using fleet = await openFleet({ one: 'berlin', two: 'oslo' }, [server.url], {
      schedules: { verify: '60s' },
    })
    fleet.playbook([{ copy: { dest: '/run/made', content: 'hello' } }])
    expect((await fleet.run('fleet', 'init')).status).toBe(0)
    const others = join(fleet.folder, '..', 'others.seed')
    await fleet.run('fleet', 'key', 'signer', others)
    const worker = await fleet.worker('berlin', 'b1')
    const refused = await fleet.run('fleet', 'plan', 'one', '--key', others)
    expect([refused.status, refused.out]).toEqual([
      1,
      expect.stringMatching(/not trusted here\n {4}→ have it/),
    ])
    const dead = async () => (await fleet.run('fleet', 'dead', '--json')).said
    await expect
      .poll(async () => (await dead()).filter(({ subject }) => subject === '$KV.us-web-clusters.one'), {
        timeout: 30_000,
        interval: 1000,
      })
      .toEqual([
        expect.objectContaining({
          is: 'refused',
          site: 'berlin',
          why: expect.stringMatching(/^schedules of one are not kept: .* not trusted here/),
        }),
      ])
    expect((await fleet.run('fleet', 'plan', 'one')).status).toBe(2)
    await worker.says({ is: 'job-over', operation: 'verify' })
  })

  it('alarms nobody of what a run from outside of the fleet is just doing, nor gives a look up for it', async ({
    expect,
  }) => {
    const server = await engines.server()
    await using fleet = await openFleet({ one: 'berlin' }, [server.url])
    expect((await fleet.run('fleet', 'init')).status).toBe(0)
    const made = (content: string) => ({ name: content, copy: { dest: '/run/made', content } })
    fleet.playbook([made('hello')])
    await (await fleet.worker('berlin', 'b1', '--tries', '1')).says({ is: 'worker-ready' })
    expect((await fleet.run('fleet', 'apply', 'one')).status).toBe(0)
    const slow = { name: 'slow', shell: 'touch /run/begun; until [ -e /run/enough ]; do sleep 0.2; done' }
    const tasks = [made('meanwhile'), slow, made('hello')]
    const playbook = JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }])
    writeFileSync(join(fleet.folder, 'by-hand.yaml'), playbook)
    const byHand = fleet.begin('apply', '-i', 'one.yaml', 'by-hand.yaml')
    await expect.poll(() => existsSync(fleet.on('one', '/run/begun')), { timeout: 60_000 }).toBe(true)
    const during = await fleet.run('fleet', 'drift', 'one', '--json')
    writeFileSync(fleet.on('one', '/run/enough'), '')
    const ended = await byHand.ended
    expect([during.status, ended.status, ended.error]).toEqual([6, 0, ''])
    expect(during.said).toContainEqual(
      expect.objectContaining({
        result: expect.objectContaining({
          status: 'in-use',
          why: expect.stringMatching(/by another run: apply by \S+@\S+ /),
        }),
      }),
    )
    expect((await fleet.run('fleet', 'drift', 'one')).status).toBe(0)
    const { said } = await fleet.run('fleet', 'history', '--json')
    expect(said.filter(({ is }) => is === 'alert')).toEqual([])
    expect((await fleet.run('fleet', 'dead', '--json')).said).toEqual([])
  })

  it('a drill by schedule waits for a window that the inventory allows: its turn is asked for, and not begun', async ({
    expect,
  }) => {
    const server = await engines.server()
    const schedules = { drill: { every: '60s', drills: ['keepalived-killed'] } }
    await using fleet = await openFleet({ one: 'berlin' }, [server.url], { schedules })
    expect((await fleet.run('fleet', 'init')).status).toBe(0)
    const clock = (hours: number) =>
      `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 13)}:00`
    // Machines that nobody is connected to: whether a window is open is known without them.
    const hosts = (...ends: readonly number[]) => ({
      hosts: Object.fromEntries(
        ends.map((end) => [
          `h${end}`,
          { ansible_host: `192.0.2.${end}`, ansible_ssh_common_args: '-o ProxyCommand=false' },
        ]),
      ),
    })
    const drilled = (from: number, to: number) => ({
      all: {
        vars: {
          cluster: {
            drill_windows: [`${clock(from)}-${clock(to)}`],
            vips: [{ address: '192.0.2.100', vrid: 7, owner: 'h11' }],
            services: [{ port: 80 }],
          },
        },
        children: { directors: hosts(11, 12), realservers: hosts(21, 22) },
      },
    })
    fleet.playbook([{ debug: { msg: 'hello' } }])
    const inventory = join(fleet.folder, 'one.yaml')
    writeFileSync(inventory, JSON.stringify(drilled(6, 8)))
    await (await fleet.worker('berlin', 'b1', '--tries', '1')).says({ is: 'worker-ready' })
    const connection = await connect({ servers: server.url })
    const { streams } = await jetstreamManager(connection)
    const jobs = async () => (await streams.info('us-web-jobs')).state
    // What it is, and what is done to it, is known to workers from here on.
    expect((await fleet.run('fleet', 'certificates', 'one')).status).toBe(1)
    const { last_seq: before } = await jobs()
    await expect
      .poll(jobs, { timeout: 90_000, interval: 1000 })
      .toMatchObject({ last_seq: before + 1, messages: 0 })
    const drills = async () => {
      const { said } = await fleet.run('fleet', 'history', '--json')
      return said.filter(({ operation }) => operation === 'drill').map(({ is }) => is)
    }
    expect(await drills()).toEqual([])
    writeFileSync(inventory, JSON.stringify(drilled(-1, 2)))
    await fleet.run('fleet', 'certificates', 'one')
    await expect.poll(drills, { timeout: 90_000, interval: 1000 }).toContain('job-started')
    await connection.close()
  })
})
