import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, openEngines } from './engines.ts'
import { type Ended, linesOf, openFleet, slowStep, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
beforeAll(() => {
  engines = openEngines()
})
afterAll(() => engines[Symbol.asyncDispose]())

const names = ['one', 'two', 'three', 'four', 'five']

/** Five clusters, whose waves are one, one and three. */
async function fiveClusters(): Promise<TestFleet> {
  const { url } = await engines.server()
  const fleet = await openFleet(Object.fromEntries(names.map((name) => [name, 'berlin'])), [url])
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
  await (await fleet.worker('berlin', 'b1', '--jobs', '1', '--tries', '1')).says({ is: 'worker-ready' })
  return fleet
}

const told = (fleet: TestFleet, cluster: string) => linesOf(fleet.on(cluster, '/run/told'))
const begunOn = (fleet: TestFleet) => names.filter((name) => told(fleet, name).length > 0)
const runOf = ({ said }: Ended) => String(said.find(({ is }) => is === 'begun')?.run)

async function currentRun(fleet: TestFleet): Promise<Record<string, unknown>> {
  let found: Record<string, unknown> | undefined
  await expect
    .poll(
      async () => {
        const [status] = (await fleet.run('fleet', 'status', '--json')).said
        found = (status?.runs as readonly Record<string, unknown>[] | undefined)?.[0]
        return found?.run
      },
      { timeout: 20_000 },
    )
    .toBeDefined()
  return found ?? {}
}

describe('a run of many waves', () => {
  it('pauses before it begins more, goes on where it is resumed, and ends at the next step where it is aborted', async () => {
    await using fleet = await fiveClusters()
    fleet.playbook([slowStep(5, 'first'), slowStep(0, 'second')])
    const whole = ['begin first', 'end first', 'begin second', 'end second']
    const applying = fleet.begin('fleet', 'apply', 'all', '--json')
    await expect.poll(() => begunOn(fleet), { timeout: 30_000 }).toEqual(['one'])
    const run = String((await currentRun(fleet)).run)
    const paused = await fleet.run('fleet', 'pause', run)
    expect([paused.status, paused.out]).toEqual([0, `run ${run} is paused\n`])

    // The first is ended, and nothing else begun, for longer than a worker or who drives the run looks again.
    await expect.poll(() => told(fleet, 'one'), { timeout: 20_000 }).toEqual(whole)
    await new Promise((done) => setTimeout(done, 8000))
    expect(begunOn(fleet)).toEqual(['one'])
    expect((await currentRun(fleet)).is).toBe('paused')

    const resuming = fleet.begin('fleet', 'resume', run, '--json')
    await expect.poll(() => begunOn(fleet).length, { timeout: 60_000 }).toBe(3)
    const third = begunOn(fleet).find((name) => told(fleet, name).length < 4) ?? ''
    expect(told(fleet, 'two')).toEqual(whole)
    expect(third).not.toBe('')
    expect((await fleet.run('fleet', 'abort', run)).status).toBe(0)
    const ends = await Promise.all([applying.ended, resuming.ended])
    for (const { status, said, error } of ends) {
      expect([status, error]).toEqual([1, ''])
      expect(said.at(-1)).toMatchObject({ is: 'ended', as: 'aborted' })
    }
    // What is in the queue is taken out of it, and its clusters are free again.
    await expect
      .poll(
        async () => {
          const { said } = await fleet.run('fleet', 'log', run, '--json')
          return said.filter(({ is }) => is === 'job-withdrawn' || is === 'job-finished').length
        },
        { timeout: 60_000 },
      )
      .toBe(5)
    expect(begunOn(fleet)).toHaveLength(3)
    expect(told(fleet, third)).not.toContain('begin second')

    const log = await fleet.run('fleet', 'log', run, '--json')
    const waves = log.said.filter(({ is }) => is === 'wave-started')
    expect(waves.map(({ wave, clusters }) => [wave, clusters])).toEqual([
      [1, 1],
      [2, 1],
      [3, 3],
    ])
    expect(log.said.filter(({ is }) => is === 'run-turned').map(({ to }) => to)).toEqual([
      'paused',
      'running',
      'aborted',
    ])
    const after = await fleet.run('fleet', 'resume', run)
    expect([after.status, after.error]).toEqual([5, expect.stringContaining(`the run ${run} is aborted`)])
    expect((await fleet.run('fleet', 'apply', third, '--json')).status).toBe(0)
  })

  it('stops at a share of failures, or where a whole wave failed; who resumes it goes on', async () => {
    await using fleet = await fiveClusters()
    fleet.playbook([
      { name: 'told', shell: 'echo tried >>/run/told', changed_when: true },
      { name: 'no disk', shell: 'exit 1', when: "inventory_hostname == 'two-1'" },
    ])
    const { status, said } = await fleet.run('fleet', 'apply', 'all', '--json')
    expect(status).toBe(1)
    expect(said).toContainEqual({ is: 'stopped', why: '1 of 2 failed' })
    expect(said.at(-1)).toMatchObject({ as: 'stopped', left: ['three', 'four', 'five'] })
    expect(begunOn(fleet)).toEqual(['one', 'two'])
    const run = runOf({ status, said, out: '', error: '' })
    const resumed = await fleet.run('fleet', 'resume', run, '--json')
    expect(resumed.status).toBe(1)
    expect(resumed.said.at(-1)).toMatchObject({ as: 'done', left: [] })
    // What was over is not begun again.
    expect(told(fleet, 'one')).toEqual(['tried'])
    for (const name of ['three', 'four', 'five']) expect(told(fleet, name)).toEqual(['tried'])
  })
})
