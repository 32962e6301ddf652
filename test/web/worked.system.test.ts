import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFleetView } from '../../src/operations/fleet/view.ts'
import { fleetApp } from '../../src/web/app.ts'
import { Watch } from '../../src/web/watch.ts'
import { needs } from '../needs.ts'
import { type Engines, openEngines, type Server } from '../operations/fleet/engines.ts'
import { openFleet, slowStep } from '../operations/fleet/fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let server: Server
beforeAll(async () => {
  engines = openEngines()
  server = await engines.server()
})
afterAll(() => engines[Symbol.asyncDispose]())

it('pages show what a worker did on a real machine: a run as it goes, what was changed, and drift with its diff', async () => {
  await using fleet = await openFleet({ one: 'berlin' }, [server.url])
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
  const made = { copy: { dest: '/run/made', content: 'as it should be\n' } }
  fleet.playbook([slowStep(4), made])
  await (await fleet.worker('berlin', 'b1')).says({ is: 'worker-ready' })

  const ending = new AbortController()
  await using view = await openFleetView({ file: `${fleet.folder}/fleet.yaml`, engine: {} })
  const watch = new Watch()
  const following = watch.follow(view.looks(ending.signal))
  const access = { proxies: [], names: [] }
  const app = fleetApp({ access, view, watch, clients: new Map(), signal: ending.signal })
  const headers = { host: 'localhost' }
  const page = async (path: string) => (await app.request(path, { headers }, { from: '127.0.0.1' })).text()

  const applying = fleet.begin('fleet', 'apply', 'one', '--json')
  await expect.poll(() => watch.sight?.clusters[0]?.holder?.did, { timeout: 30_000 }).toBe('apply')
  const run = watch.sight?.runs[0]?.run ?? ''
  expect(await page('/')).toMatch(/<b>apply<\/b> at b1/)
  const answer = await app.request(`/runs/${run}/live`, { headers }, { from: '127.0.0.1' })
  let heard = ''
  const hearing = (async () => {
    for await (const bytes of answer.body ?? []) heard += Buffer.from(bytes).toString()
  })()
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('under way')
  expect(heard).not.toContain('1 of 1 cluster over')
  expect((await applying.ended).status).toBe(0)
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('1 of 1 cluster over')

  expect(await page(`/runs/${run}`)).toMatch(/<\/span> done</)

  fleet.playbook([made])
  writeFileSync(fleet.on('one', '/run/made'), 'by hand\n')
  expect((await fleet.run('fleet', 'drift', 'one')).status).toBe(2)
  await expect.poll(() => watch.sight?.clusters[0]?.state?.drift?.count, { timeout: 10_000 }).toBe(1)
  const shown = await page('/clusters/one')
  expect(shown).toContain('<del>-by hand</del>')
  expect(shown).toContain('<ins>+as it should be</ins>')
  ending.abort()
  await Promise.all([following, hearing])
})
