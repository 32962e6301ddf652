import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, openEngines } from './engines.ts'
import { openFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
beforeAll(() => {
  engines = openEngines()
})
afterAll(() => engines[Symbol.asyncDispose]())

it('a schedule is kept by whichever worker of the site, each turn once, and what turns is told once', async () => {
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
})
