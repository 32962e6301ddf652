import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { createUser } from '@nats-io/nkeys'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealed } from '../../../src/fleet/envelope.ts'
import type { Order } from '../../../src/fleet/order.ts'
import { connectEngine } from '../../../src/nats/engine.ts'
import { eventsOf, tellEvent } from '../../../src/nats/events.ts'
import { readKey } from '../../../src/operations/fleet/keys.ts'
import { ourVersion } from '../../../src/operations/keeping.ts'
import { needs } from '../../needs.ts'
import { cableBetween, type Engines, freePort, openEngines, type Server } from './engines.ts'
import { linesOf, openFleet, slowStep, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'grep', 'build')

let engines: Engines
beforeAll(() => {
  engines = openEngines()
})
afterAll(() => engines[Symbol.asyncDispose]())

async function fleetOf(
  clusters: Readonly<Record<string, string>>,
  urls?: readonly string[],
): Promise<TestFleet> {
  const fleet = await openFleet(clusters, urls ?? [(await engines.server()).url])
  const made = await fleet.run('fleet', 'init')
  expect(made.error).toBe('')
  return fleet
}

describe('a job', () => {
  it('that fails each time goes to a list of its own, with its reason', async () => {
    const { url } = await engines.server()
    await using fleet = await fleetOf({ one: 'berlin' }, [url])
    fleet.playbook([{ name: 'never', shell: 'echo tried >>/run/told; echo no disk for it >&2; exit 3' }])
    await (await fleet.worker('berlin', 'b1', '--tries', '2')).says({ is: 'worker-ready' })
    const applied = await fleet.run('fleet', 'apply', 'one', '--json')
    expect(applied.status).toBe(1)
    expect(applied.said).toContainEqual(
      expect.objectContaining({
        result: expect.objectContaining({ status: 'dead', why: expect.any(String) }),
      }),
    )
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['tried', 'tried'])
    const dead = await fleet.run('fleet', 'dead', '--json')
    expect(dead.said).toEqual([expect.objectContaining({ is: 'failed', attempts: 2, site: 'berlin' })])
    const log = await fleet.run('fleet', 'log', String(applied.said.find(({ is }) => is === 'begun')?.run))
    expect(log.out).toContain('given up after 2 attempts')
    // Given out once more, as by an engine that went away before it was taken out: it is not tried again.
    const [{ subject, message } = {}] = dead.said
    const engine = await connect({ servers: url })
    try {
      await jetstream(engine).publish(String(subject), Buffer.from(String(message), 'base64'))
      const manager = await jetstreamManager(engine)
      const waiting = async () => (await manager.streams.info('us-web-jobs')).state.messages
      await expect.poll(waiting, { timeout: 60_000 }).toBe(0)
    } finally {
      await engine.close()
    }
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['tried', 'tried'])
    expect((await fleet.run('fleet', 'dead', '--json')).said).toEqual(dead.said)
    // Its cluster is free again.
    fleet.playbook([slowStep(0)])
    expect((await fleet.run('fleet', 'apply', 'one')).status).toBe(0)
  })

  it('of which each worker dies is given up, too', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    fleet.playbook([slowStep(4)])
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    for (const attempt of [1, 2, 3]) {
      const worker = await fleet.worker('berlin', `b${attempt}`, '--tries', '1')
      await worker.says({ is: 'job-begun', attempt })
      await worker.kill()
    }
    await fleet.worker('berlin', 'b4', '--tries', '1')
    const { status, said } = await applying.ended
    expect(status).toBe(1)
    expect(said).toContainEqual(
      expect.objectContaining({
        result: expect.objectContaining({
          status: 'dead',
          why: expect.stringMatching(/^3 times whoever had begun it did not come to an end/),
        }),
      }),
    )
  })

  it('that the engine forgot is done all the same', async () => {
    const { url } = await engines.server()
    await using fleet = await fleetOf({ one: 'berlin' }, [url])
    fleet.playbook([slowStep(0)])
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    const engine = await connect({ servers: url })
    try {
      const manager = await jetstreamManager(engine)
      const waiting = async () => (await manager.streams.info('us-web-jobs')).state.messages
      await expect.poll(waiting, { timeout: 20_000 }).toBe(1)
      // It is given out once, and never again: to its queue it is over then, and it is there.
      await manager.consumers.add('us-web-jobs', {
        durable_name: 'site-berlin',
        filter_subject: 'us.web.job.berlin.*',
        ack_policy: 'explicit',
        ack_wait: 2_000_000_000,
        max_deliver: 1,
      })
      const consumer = await jetstream(engine).consumers.get('us-web-jobs', 'site-berlin')
      expect(await consumer.next({ expires: 5000 })).toBeTruthy()
      // It finds that out when somebody asks for more.
      expect(await consumer.next({ expires: 4000 })).toBeNull()
      await expect
        .poll(async () => (await manager.consumers.info('us-web-jobs', 'site-berlin')).num_ack_pending, {
          timeout: 10_000,
        })
        .toBe(0)
      expect(await waiting()).toBe(1)
    } finally {
      await engine.close()
    }
    const worker = await fleet.worker('berlin', 'b1', '--lease', '2')
    expect(await worker.says({ is: 'warning' })).toMatchObject({
      message: expect.stringContaining('for one'),
    })
    const { status, said } = await applying.ended
    expect(status).toBe(0)
    expect(said).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ status: 'changed' }) }),
    )
  })
})

describe('a worker that is told to end', () => {
  it('leaves its job to the next one however often, and counts that for no failure', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    const names = ['a', 'b', 'c', 'd', 'e']
    const step = (name: string) => ({
      name,
      shell: `echo "begin ${name}" >>/run/told; sleep 2; echo "end ${name}" >>/run/told; touch /run/${name}`,
      args: { creates: `/run/${name}` },
    })
    fleet.playbook(names.map(step))
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    for (const round of [1, 2, 3, 4]) {
      const worker = await fleet.worker('berlin', 'b1', '--tries', '1')
      await worker.says({ is: 'job-begun', attempt: 1 })
      await expect
        .poll(() => linesOf(fleet.on('one', '/run/told')).length, { timeout: 20_000, interval: 50 })
        .toBeGreaterThanOrEqual(2 * round - 1)
      worker.signal('SIGTERM')
      expect(await worker.ended).toBe(0)
    }
    await fleet.worker('berlin', 'b1', '--tries', '1')
    const { status } = await applying.ended
    expect(status).toBe(0)
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(
      names.flatMap((name) => [`begin ${name}`, `end ${name}`]),
    )
  })
})

describe('a message that is no job', () => {
  it('is set aside and reported, whatever is wrong with it, and the next job is done', async () => {
    await using fleet = await fleetOf({ one: 'berlin', two: 'berlin' })
    fleet.playbook([slowStep(0)])
    // So that there is an order to take apart.
    const worker = await fleet.worker('berlin', 'b1')
    await worker.says({ is: 'worker-ready' })
    const key = readKey('signer', fleet.keyFile)
    const now = Date.now()
    const order = (more: Partial<Order> = {}): Order => ({
      is: 'order',
      fleet: 'web',
      run: 'r1',
      operation: 'apply',
      asked: {},
      subject: {
        cluster: 'one',
        site: 'berlin',
        labels: {},
        bundle: { digest: 'a'.repeat(64), bytes: 1, version: ourVersion() },
        inventory: ['one.yaml'],
      },
      by: 'ann@desk',
      issued: new Date(now).toISOString(),
      expires: new Date(now + 60_000).toISOString(),
      ...more,
    })
    const job = (signed: unknown) => JSON.stringify({ v: 1, is: 'ordered', order: signed })
    const altered = sealed(order(), key)
    const subject = order().subject
    const messages: readonly (readonly [string, string])[] = [
      ['it is no JSON', 'rubbish \u0000'],
      ['it is of version 7', '{"v":7,"is":"ordered"}'],
      ['not of a known shape', '{"v":1,"is":"ordered","order":{"key":"x"}}'],
      ['a job has 600000 at most', JSON.stringify({ v: 1, is: 'ordered', order: 'x'.repeat(700_000) })],
      ['which is not trusted here', job(sealed(order(), createUser()))],
      ['it was changed on its way', job({ ...altered, body: altered.body.replace('ann@desk', 'bob@desk') })],
      ['it was signed for the fleet other', job(sealed(order({ fleet: 'other' }), key))],
      [
        'it was signed for two at berlin',
        job(sealed(order({ subject: { ...subject, cluster: 'two' } }), key)),
      ],
      [
        'its bundle was made by understudy 99.0.0',
        job(
          sealed(order({ subject: { ...subject, bundle: { ...subject.bundle, version: '99.0.0' } } }), key),
        ),
      ],
      [
        'the clocks of ann@desk and of the engine are apart',
        job(sealed(order({ issued: new Date(now + 3_600_000).toISOString() }), key)),
      ],
    ]
    const [url = ''] = JSON.parse(readFileSync(join(fleet.folder, 'fleet.yaml'), 'utf8')).engine
    const connection = await connect({ servers: url })
    for (const [why, text] of messages) {
      const before = (await fleet.run('fleet', 'dead', '--json')).said.length
      await jetstream(connection).publish('us.web.job.berlin.one', text)
      await expect
        .poll(async () => (await fleet.run('fleet', 'dead', '--json')).said.slice(before), {
          timeout: 20_000,
        })
        .toEqual([expect.objectContaining({ why: expect.stringContaining(why) })])
    }
    await connection.close()
    const applied = await fleet.run('fleet', 'apply', 'all', '--json')
    expect(applied.error).toBe('')
    expect(applied.status).toBe(0)
    const history = await fleet.run('fleet', 'history', '--json')
    expect(history.said.filter(({ is }) => is === 'message-set-aside')).toHaveLength(messages.length)
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['begin step', 'end step'])
  })
})

describe('an engine of three servers', () => {
  it('goes on with two, whichever is killed', async () => {
    const servers = await engines.cluster(3)
    const urls = servers.map(({ url }) => url)
    await using fleet = await openFleet({ one: 'berlin', two: 'berlin', three: 'berlin' }, urls, {
      replicas: 3,
    })
    await expect.poll(async () => (await fleet.run('fleet', 'init')).status, { timeout: 60_000 }).toBe(0)
    fleet.playbook([slowStep(3)])
    await (await fleet.worker('berlin', 'b1', '--jobs', '1')).says({ is: 'worker-ready' })
    const applying = fleet.begin('fleet', 'apply', 'all', '--json')
    for (const [index, cluster] of ['one', 'two', 'three'].entries()) {
      await expect
        .poll(() => linesOf(fleet.on(cluster, '/run/told')).length, { timeout: 90_000 })
        .toBeGreaterThan(0)
      const server = servers[index]
      await server?.kill()
      await server?.start()
    }
    const { said } = await applying.ended
    const name = String(said.find(({ is }) => is === 'begun')?.run)
    await expect
      .poll(async () => (await fleet.run('fleet', 'resume', name, '--json')).error, { timeout: 60_000 })
      .toMatch(/^$|is done/)
    for (const cluster of ['one', 'two', 'three'])
      expect(linesOf(fleet.on(cluster, '/run/told'))).toEqual(['begin step', 'end step'])
  })

  it('tells all that was written, whichever of them is asked, and although nothing else is written', async () => {
    const servers = await engines.cluster(3)
    const urls = servers.map(({ url }) => url)
    await using fleet = await openFleet({ one: 'berlin', two: 'berlin' }, urls, { replicas: 3 })
    await expect.poll(async () => (await fleet.run('fleet', 'init')).status, { timeout: 60_000 }).toBe(0)
    fleet.playbook([{ debug: { msg: 'hello' } }])
    const worker = await fleet.worker('berlin', 'b1')
    await worker.says({ is: 'worker-ready' })
    for (const _ of [1, 2, 3]) expect((await fleet.run('fleet', 'apply', 'all')).status).toBe(0)
    await worker.kill()
    await Promise.all(servers.map((one) => one.kill()))
    await Promise.all(servers.map((one) => one.start()))
    await expect
      .poll(async () => (await fleet.run('fleet', 'history', '--json')).error, { timeout: 60_000 })
      .toBe('')
    // As the server says that leads the stream: the others may lack the last of it until somebody writes more.
    const connection = await connect({ servers: urls })
    const { streams } = await jetstreamManager(connection)
    const { messages } = (await streams.info('us-web-events')).state
    await connection.close()
    for (const url of [...urls, ...urls, ...urls]) {
      const { said } = await fleet.run('fleet', 'history', '--json', '--engine', url)
      expect(said).toHaveLength(messages)
    }
  })

  it('tells whoever follows what is written at once, although the server that was to tell it hangs', async () => {
    const servers = await engines.cluster(3)
    const [first] = servers
    await using fleet = await openFleet(
      { one: 'berlin' },
      servers.map(({ url }) => url),
      { replicas: 3 },
    )
    await expect.poll(async () => (await fleet.run('fleet', 'init')).status, { timeout: 60_000 }).toBe(0)
    await using engine = await connectEngine({ servers: [first?.url ?? ''], name: 'a test' })
    const { streams, consumers } = engine.manager
    const ending = new AbortController()
    const heard: string[] = []
    const follow = async () => {
      for await (const { run = '' } of eventsOf(engine, { fleet: 'web', from: 'now', follow: ending.signal }))
        heard.push(run)
    }
    const following: Promise<void>[] = []
    /** A server that has to tell somebody, and is neither the one that leads nor the one that we ask. */
    const teller = async () => {
      following.push(follow())
      const { cluster } = await streams.info('us-web-events')
      for await (const { cluster: of } of consumers.list('us-web-events')) {
        const found = servers.find(({ name }) => name === of?.leader)
        if (found && found !== first && found.name !== cluster?.leader) return found
      }
      return undefined
    }
    let hanging: Server | undefined
    for (let tries = 0; tries < 30 && !hanging; tries += 1) hanging = await teller()
    expect(hanging).toBeDefined()
    await new Promise((done) => setTimeout(done, 1000))
    hanging?.signal('SIGSTOP')
    const about = { v: 1, at: new Date().toISOString(), fleet: 'web', run: 'r1' } as const
    await tellEvent(engine, {
      ...about,
      is: 'wave-started',
      wave: 1,
      clusters: 1,
      operation: 'apply',
      by: 'ann',
    })
    const since = performance.now()
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBe(following.length)
    expect(performance.now() - since).toBeLessThan(10_000)
    hanging?.signal('SIGCONT')
    await new Promise((done) => setTimeout(done, 3000))
    expect(heard).toHaveLength(following.length)
    ending.abort()
    await Promise.all(following)
  })
})

describe('a site that is cut off', () => {
  it('goes on, and what came of it arrives when it is back', async () => {
    const leafPort = await freePort()
    const wire = await freePort()
    const centre = await engines.server(
      `leafnodes { listen: "127.0.0.1:${leafPort}", advertise: "127.0.0.1:${wire}" }`,
      {
        domain: 'hub',
      },
    )
    let cable = await cableBetween(wire, leafPort)
    const leaf = await engines.server(
      `leafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:${wire}" }], reconnect: 1 }`,
      { jetstream: false },
    )
    await using fleet = await fleetOf({ one: 'berlin' }, [centre.url])
    fleet.playbook([slowStep(3)])
    // Until the leaf node has its hub.
    const through = ['--engine', leaf.url, '--engine-domain', 'hub']
    const asked = () => fleet.run('fleet', 'init', '--check', ...through)
    await expect.poll(async () => (await asked()).error, { timeout: 30_000 }).toBe('')
    const worker = await fleet.worker('berlin', 'b1', ...through)
    await worker.says({ is: 'worker-ready' })
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    await expect
      .poll(() => linesOf(fleet.on('one', '/run/told')), { timeout: 20_000 })
      .toEqual(['begin step'])
    cable.cut()
    await worker.says({ is: 'job-over', status: 'changed' })
    const cutOff = await fleet.run('fleet', 'history', '--json')
    expect(cutOff.said.filter(({ is }) => is === 'job-finished')).toEqual([])
    cable = await cableBetween(wire, leafPort)
    const { status } = await applying.ended
    cable.cut()
    expect(status).toBe(0)
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['begin step', 'end step'])
  })
})

describe('what must not travel', () => {
  it('is refused before anything is sent', async () => {
    await using fleet = await fleetOf({ one: 'berlin' })
    appendFileSync(join(fleet.folder, 'id'), '-----BEGIN OPENSSH PRIVATE KEY-----\n')
    fleet.playbook([slowStep(0)])
    const refused = await fleet.run('fleet', 'apply', 'one')
    expect(refused.status).toBe(5)
    expect(refused.error).toMatch(/\/id would travel in clear: a private key stands in it/)
  })

  it('is sealed for a site, whose worker alone reads it: nothing of it is on the engine', async () => {
    const secret = `s3cret-${process.pid}-value`
    await using fleet = await fleetOf({ one: 'berlin' })
    const seed = join(fleet.lab.directory, 'berlin.seed')
    const made = await fleet.run('fleet', 'key', 'site', seed)
    const file = join(fleet.folder, 'fleet.yaml')
    const said = JSON.parse(readFileSync(file, 'utf8'))
    said.sites = { berlin: { key: made.out.trim() } }
    said.clusters.one.secrets = { db_password: { file: 'db.txt' } }
    writeFileSync(file, JSON.stringify(said))
    writeFileSync(join(fleet.folder, 'db.txt'), `${secret}\n`)
    // Where expressions cannot stand, too.
    mkdirSync(join(fleet.folder, 'group_vars'))
    writeFileSync(join(fleet.folder, 'group_vars', 'all.yaml'), 'token: !env db_password\n')
    fleet.playbook([{ copy: { dest: '/run/made', content: 'password={{ db_password }} {{ token }}' } }])
    const worker = await fleet.worker('berlin', 'b1', '--key', seed)
    await worker.says({ is: 'worker-ready' })
    const applied = await fleet.run('fleet', 'apply', 'one', '--json')
    expect([applied.status, applied.error]).toEqual([0, ''])
    expect(linesOf(fleet.on('one', '/run/made'))).toEqual([`password=${secret} ${secret}`])
    const told = await fleet.run('fleet', 'history', '--json')
    expect(told.said.filter(({ is }) => is === 'job-finished')).toHaveLength(1)
    expect(applied.out + told.out).not.toContain(secret)
    // Neither in its streams and buckets, nor in what the worker keeps; a bundle is packed, so what it unpacked is looked at.
    for (const folder of [engines.folder, join(fleet.lab.directory, 'state')])
      expect(spawnSync('grep', ['-rlF', secret, folder], { encoding: 'utf8' }).stdout).toBe('')
    expect(spawnSync('grep', ['-rlF', 'password=', join(fleet.lab.directory, 'state')]).status).toBe(0)
  })
})
