import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, openEngines } from './engines.ts'
import { linesOf, openFleet, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

const names = ['one', 'two', 'three', 'four', 'five', 'six']

/** Writes when it began, and when it was over: nanoseconds by the clock that all these machines share. */
const timed = {
  shell: 'date +%s%N >>/run/when; sleep 2; date +%s%N >>/run/when',
  args: { creates: '/run/when' },
}

let engines: Engines
let fleet: TestFleet
beforeAll(async () => {
  engines = openEngines()
  const server = await engines.server()
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

  it('stops where its first wave failed, as with them', async () => {
    fleet.playbook([{ command: { cmd: 'false' } }])
    const here = await told('apply', 'all', '--here')
    expect(here).toEqual({ status: 1, error: '', waves: [1], results: ['one failed 0'] })
  })
})
