import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, openEngines, type Server } from './engines.ts'
import { linesOf, openFleet, slowStep } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let server: Server
let store: string
beforeAll(async () => {
  engines = openEngines()
  store = join(engines.folder, 'small')
  mkdirSync(store)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', store])
  server = await engines.server(`jetstream { store_dir: "${store}", max_file: 20G }`, { jetstream: false })
})
afterAll(async () => {
  await server.kill()
  execFileSync('umount', [store])
  await engines[Symbol.asyncDispose]()
})

/** Takes all the room that the engine has; what it holds stays. */
function fill(): void {
  for (const size of [1 << 20, 4096, 512])
    for (let count = 0; count < 40; count += 1)
      try {
        writeFileSync(join(store, 'filling'), Buffer.alloc(size), { flag: 'a' })
      } catch {
        break
      }
}

it('an engine whose disk is full in the middle of a run: it is told, nothing is lost, and each is done once when it has room again', async () => {
  const clusters = { one: 'berlin', two: 'berlin', three: 'oslo' }
  await using fleet = await openFleet(clusters, [server.url])
  expect((await fleet.run('fleet', 'init')).error).toBe('')
  fleet.playbook([slowStep(3)])
  const worker = await fleet.worker('berlin', 'b1')
  await worker.says({ is: 'worker-ready' })
  await (await fleet.worker('oslo', 'o1')).says({ is: 'worker-ready' })
  const applying = fleet.begin('fleet', 'apply', 'all', '--json')
  const told = (cluster: string) => linesOf(fleet.on(cluster, '/run/told'))
  await expect.poll(() => told('one').length, { timeout: 30_000 }).toBe(1)
  fill()
  expect(await worker.says({ is: 'engine-lost' })).toMatchObject({
    why: expect.stringMatching(/has no room left: .*(no space left on device|creating store)/),
  })
  const refused = await fleet.run('fleet', 'apply', 'two')
  expect([refused.status, refused.error]).toEqual([
    4,
    expect.stringMatching(
      /has no room left: .*\n {2}→ make room where .* Then go on: understudy fleet resume /,
    ),
  ])
  expect(told('one')).toEqual(['begin step', 'end step'])
  rmSync(join(store, 'filling'))
  const { status, said, error } = await applying.ended
  expect([status, error]).toEqual([0, ''])
  expect(said).toContainEqual({ is: 'warning', message: expect.stringContaining('has no room left') })
  for (const cluster of Object.keys(clusters)) expect(told(cluster)).toEqual(['begin step', 'end step'])
  const finished = (await fleet.run('fleet', 'history', '--json')).said.filter(
    ({ is }) => is === 'job-finished',
  )
  expect(finished.map(({ cluster }) => cluster).toSorted()).toEqual(Object.keys(clusters).toSorted())
})

it('a worker whose disk is full goes on, says so, and does the job once it has room', async () => {
  const state = join(engines.folder, 'state')
  mkdirSync(state)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', state])
  try {
    const roomy = await engines.server()
    await using fleet = await openFleet({ one: 'berlin' }, [roomy.url])
    expect((await fleet.run('fleet', 'init')).error).toBe('')
    fleet.playbook([slowStep(0)])
    const worker = await fleet.worker('berlin', 'b1', '--state', state)
    await worker.says({ is: 'worker-ready' })
    const filling = join(state, 'filling')
    expect(() => writeFileSync(filling, Buffer.alloc(1 << 20))).toThrow('ENOSPC')
    const applying = fleet.begin('fleet', 'apply', 'one', '--json')
    const { why } = await worker.says({ is: 'job-left' })
    expect(why).toMatch(/^the bundle cannot be kept in .*bundles of the worker: ENOSPC: no space left/)
    rmSync(filling)
    expect((await applying.ended).status).toBe(0)
    expect(linesOf(fleet.on('one', '/run/told'))).toEqual(['begin step', 'end step'])
  } finally {
    execFileSync('umount', ['-l', state])
  }
})
