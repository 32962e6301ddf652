import { readFileSync } from 'node:fs'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, freePort, openEngines, type Server } from './engines.ts'
import { linesOf, openFleet, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

const names = ['one', 'two', 'three', 'four', 'five', 'six']

/** Writes when it began, and when it was over: nanoseconds by the clock that all these machines share. */
const timed = {
  shell: 'date +%s%N >>/run/when; sleep 2; date +%s%N >>/run/when',
  args: { creates: '/run/when' },
}

let engines: Engines
let server: Server
let fleet: TestFleet
beforeAll(async () => {
  engines = openEngines()
  server = await engines.server()
  fleet = await openFleet(Object.fromEntries(names.map((name) => [name, 'berlin'])), [server.url])
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
})
afterAll(async () => {
  await fleet[Symbol.asyncDispose]()
  await engines[Symbol.asyncDispose]()
})

/** What a run says of its clusters, but for who did it and how long it took. */
async function told(...words: readonly string[]) {
  const { status, said, error } = await fleet.run('fleet', ...words, '--json')
  const results = said
    .filter(({ is }) => is === 'result')
    .map(({ result }) => result as Record<string, unknown>)
  const short = results.map(({ cluster, status: came, changed }) => [cluster, came, changed].join(' '))
  return {
    status,
    error,
    waves: said.filter(({ is }) => is === 'wave').map(({ clusters }) => (clusters as string[]).length),
    results: short.toSorted(),
  }
}

describe('a fleet without workers', () => {
  it('is told, changed and looked at as with them, wave after wave, and several clusters at a time', async () => {
    fleet.playbook([{ copy: { dest: '/run/made', content: 'hello' } }, timed])
    const planned = await told('plan', 'all', '--here')
    expect(planned).toMatchObject({
      status: 2,
      waves: [6],
      results: expect.arrayContaining(['one changes-pending 0']),
    })
    const applied = await told('apply', 'all', '--here')
    expect([applied.status, applied.error]).toEqual([0, ''])
    expect(applied.results).toHaveLength(6)
    const spans = names.map((name) => linesOf(fleet.on(name, '/run/when')).map(Number))
    for (const span of spans) expect(span).toHaveLength(2)
    const overlap = spans.flatMap(([begin = 0], index) =>
      spans.filter(([other = 0, end = 0], at) => at !== index && other < begin && begin < end),
    )
    expect(overlap.length).toBeGreaterThan(0)
    await fleet.worker('berlin', 'b1')
    for (const operation of ['plan', 'drift']) {
      const here = await told(operation, 'all', '--here')
      expect(here, operation).toEqual(await told(operation, 'all'))
    }
  })

  it('tells workers what it made, so that they take none of it for drift', async () => {
    const made = (content: string) => fleet.playbook([{ copy: { dest: '/run/made', content } }])
    const standing = async () => {
      const connection = await connect({ servers: server.url })
      const kv = await new Kvm(connection).open('us-web-clusters')
      const found = await Promise.all(names.map((name) => kv.get(name)))
      await connection.close()
      return found.map((one) => {
        const { subject } = JSON.parse(String(one?.json<{ body: string }>().body))
        return subject.bundle.digest as string
      })
    }
    made('first')
    expect(await told('apply', 'all')).toMatchObject({ status: 0, error: '' })
    const before = new Set(await standing())
    expect(before.size).toBe(1)
    made('second')
    // What only looks, or failed, tells nobody anything.
    expect((await told('plan', 'all', '--here')).status).toBe(2)
    expect(new Set(await standing())).toEqual(before)
    expect(await told('apply', 'one', 'two', '--here')).toMatchObject({ status: 0, error: '' })
    const after = await standing()
    const [one = ''] = after
    expect(before.has(one)).toBe(false)
    expect(after).toEqual(names.map((name) => (name === 'one' || name === 'two' ? one : [...before][0])))
  })

  it('says whom it could not tell, why, and what to do, and does its work all the same', async () => {
    fleet.playbook([{ copy: { dest: '/run/made', content: 'third' } }])
    const away = await fleet.run(
      'fleet',
      'apply',
      'one',
      'two',
      '--here',
      '--engine',
      `nats://127.0.0.1:${await freePort()}`,
    )
    expect(away.status).toBe(0)
    expect(away.out).toMatch(
      /^warning: workers were not told what was made here of one two, and take it for drift: no engine at .*ECONNREFUSED.*: understudy fleet plan one two$/m,
    )
    expect(readFileSync(fleet.on('one', '/run/made'), 'utf8')).toBe('third')
  })

  it('a look by schedule that waited meanwhile goes by what is known since', async () => {
    await using other = await openFleet({ one: 'berlin' }, [server.url], {
      fleet: 'other',
      schedules: { drift: '366d' },
    })
    const made = (content: string) => other.playbook([{ copy: { dest: '/run/made', content } }])
    expect((await other.run('fleet', 'init')).status).toBe(0)
    made('first')
    expect((await other.run('fleet', 'apply', 'one', '--here')).status).toBe(0)
    const connection = await connect({ servers: server.url })
    const standing = await (await new Kvm(connection).open('us-other-clusters')).get('one')
    const job = { v: 1, is: 'scheduled', standing: standing?.json(), operation: 'drift', slot: 0 }
    await jetstream(connection).publish('us.other.job.berlin.one', JSON.stringify(job))
    await connection.close()
    made('second')
    expect((await other.run('fleet', 'apply', 'one', '--here')).status).toBe(0)
    const worker = await other.worker('berlin', 'o1', '--fleet', 'other')
    await worker.says({ is: 'job-over', job: 'every-drift-0.one' })
    const { said } = await other.run('fleet', 'history', '--json')
    const statuses = said.flatMap(({ outcome }) => (outcome ? [(outcome as { status: string }).status] : []))
    expect(new Set(statuses)).toEqual(new Set(['fine']))
  })

  it('stops where its first wave failed, as with them', async () => {
    fleet.playbook([{ command: { cmd: 'false' } }])
    const here = await told('apply', 'all', '--here')
    expect(here).toEqual({ status: 1, error: '', waves: [1], results: ['one failed 0'] })
  })
})
