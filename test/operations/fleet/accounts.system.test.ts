import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, nkeyAuthenticator } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKey } from '../../../src/operations/fleet/keys.ts'
import { needs } from '../../needs.ts'
import { type Engines, freePort, openEngines, type Server } from './engines.ts'
import { linesOf, openFleet, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let fleet: TestFleet
let server: Server
let atOslo: Server
const who = ['ann', 'berlin', 'oslo', 'reader'] as const
const seeds = new Map<string, string>()
const as = (name: (typeof who)[number]) => ['--credentials', seeds.get(name) ?? '']

/** Berlin is reached directly, and Oslo by a leaf node: both by what `fleet accounts` prints. */
beforeAll(async () => {
  engines = openEngines()
  const keys = new Map<string, string>()
  for (const name of who) {
    const file = join(engines.folder, `${name}.seed`)
    keys.set(name, await makeKey('user', file))
    seeds.set(name, file)
  }
  const leaf = execFileSync('perl', ['-e', "print crypt('pass-word', '$2a$05$'.'abcdefghijklmnopqrstuu')"], {
    encoding: 'utf8',
  })
  const port = await freePort()
  fleet = await openFleet({ one: 'berlin', two: 'oslo' }, [`nats://127.0.0.1:${port}`], {
    accounts: { operators: [keys.get('ann')], readers: [keys.get('reader')] },
    sites: { berlin: { workers: [keys.get('berlin')] }, oslo: { workers: [keys.get('oslo')], leaf } },
  })
  fleet.playbook([{ copy: { dest: '/run/made', content: 'hello' } }])
  const printed = await fleet.run('fleet', 'accounts', '--engine-domain', 'hub')
  expect([printed.status, printed.error]).toEqual([0, ''])
  const accounts = join(engines.folder, 'accounts.conf')
  writeFileSync(accounts, printed.out)
  const leafPort = await freePort()
  server = await engines.server(`include "accounts.conf"\nleafnodes { listen: "127.0.0.1:${leafPort}" }`, {
    domain: 'hub',
    port,
  })
  atOslo = await engines.server(
    `leafnodes { remotes: [{ url: "nats-leaf://leaf-oslo:pass-word@127.0.0.1:${leafPort}" }] }
     authorization { users: [{ nkey: ${keys.get('oslo')} }] }`,
    { jetstream: false },
  )
  const made = await fleet.run('fleet', 'init', ...as('ann'))
  expect([made.status, made.error]).toEqual([0, ''])
})
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await engines?.[Symbol.asyncDispose]()
})

/** What the server did not let anybody do. */
const refusals = (one: Server) =>
  readFileSync(one.log, 'utf8')
    .split('\n')
    .filter((line) => /violation/i.test(line))

describe('accounts of a fleet', () => {
  it('let an operator, workers and readers do what each does, and nothing more is asked for', async () => {
    await (await fleet.worker('berlin', 'b1', ...as('berlin'))).says({ is: 'worker-ready' })
    const through = ['--engine', atOslo.url, '--engine-domain', 'hub']
    await (await fleet.worker('oslo', 'o1', ...as('oslo'), ...through)).says({ is: 'worker-ready' })
    const applied = await fleet.run('fleet', 'apply', 'all', '--json', ...as('ann'))
    expect([applied.status, applied.error]).toEqual([0, ''])
    for (const cluster of ['one', 'two']) expect(linesOf(fleet.on(cluster, '/run/made'))).toEqual(['hello'])
    const run = String(applied.said.find(({ is }) => is === 'begun')?.run)
    for (const words of [['status'], ['history'], ['log', run], ['dead'], ['init', '--check']]) {
      const read = await fleet.run('fleet', ...words, ...as('reader'))
      expect([words, read.status, read.error]).toEqual([words, 0, ''])
    }
    expect((await fleet.run('fleet', 'log', run, ...as('reader'))).out).toContain('two')
    // Until workers have looked at what is due by itself, too.
    await new Promise((done) => setTimeout(done, 11_000))
    expect([...refusals(server), ...refusals(atOslo)]).toEqual([])
  })

  it('let nobody do what is not his', async () => {
    const refused = await fleet.run('fleet', 'apply', 'one', ...as('reader'))
    expect([refused.status, refused.error]).toEqual([
      4,
      expect.stringMatching(/does not let us: .*\n {2}→ give this user leave .* docs\/fleet\.md/),
    ])
    const elsewhere = await fleet.run(
      ...['worker', '--fleet', 'web', '--site', 'berlin', '--trust', fleet.publicKey],
      ...['--engine', server.url, '--state', join(engines.folder, 'state'), ...as('oslo')],
    )
    expect([elsewhere.status, elsewhere.error]).toEqual([4, expect.stringContaining('does not let us')])
    // Neither by other ways: what the engine itself says to somebody who asks it without us.
    for (const [name, subject] of [
      ['reader', 'us.web.job.berlin.one'],
      ['reader', '$KV.us-web-runs.x'],
      ['reader', '$JS.API.STREAM.DELETE.us-web-events'],
      ['reader', '$JS.API.STREAM.MSG.GET.us-web-jobs'],
      ['oslo', 'us.web.job.berlin.one'],
      ['oslo', '$JS.API.CONSUMER.MSG.NEXT.us-web-jobs.site-berlin'],
      ['oslo', '$JS.API.CONSUMER.DELETE.us-web-jobs.site-berlin'],
      ['oslo', '$JS.API.CONSUMER.CREATE.us-web-jobs.mine.us.web.job.berlin.*'],
      ['oslo', '$KV.us-web-clusters.one'],
      ['oslo', '$KV.us-web-runs.x'],
      ['oslo', '$JS.API.STREAM.PURGE.KV_us-web-locks'],
    ] as const) {
      const seed = readFileSync(seeds.get(name) ?? '', 'utf8').trim()
      const connection = await connect({
        servers: server.url,
        authenticator: nkeyAuthenticator(Buffer.from(seed)),
      })
      const before = refusals(server).length
      connection.publish(subject, '{}')
      await connection.flush()
      await connection.close()
      await expect.poll(() => refusals(server).length, { timeout: 5000 }).toBe(before + 1)
      expect(refusals(server).at(-1)).toContain(`"${subject}"`)
    }
    // Answers to others are not for everybody's ears.
    const connection = await connect({
      servers: server.url,
      authenticator: nkeyAuthenticator(readFileSync(seeds.get('reader') ?? '').subarray(0, 58)),
    })
    const before = refusals(server).length
    connection.subscribe('_INBOX_>', { callback: () => {} })
    connection.subscribe('>', { callback: () => {} })
    await connection.flush()
    await expect.poll(() => refusals(server).length, { timeout: 5000 }).toBe(before + 2)
    await connection.close()
  })

  it('are asked of an operator, and of whole keys that stand in one place', async () => {
    const file = join(fleet.folder, 'other.yaml')
    const said = JSON.parse(readFileSync(join(fleet.folder, 'fleet.yaml'), 'utf8'))
    const asked = async (change: object) => {
      writeFileSync(file, JSON.stringify({ ...said, ...change }))
      const { status, error } = await fleet.run('fleet', 'accounts', '--file', file)
      expect(status).toBe(5)
      return error
    }
    const [key = ''] = said.accounts.operators as readonly string[]
    expect(await asked({ accounts: {} })).toMatch(/names no operator.*\n {2}→ write accounts:/)
    expect(await asked({ accounts: { operators: [key], readers: [key] } })).toMatch(
      /other\.yaml:1:\d+: .*stands in accounts\.operators, too/,
    )
    const turned = `${key.slice(0, 20)}${key[20] === 'A' ? 'B' : 'A'}${key.slice(21)}`
    expect(await asked({ accounts: { operators: [turned] } })).toMatch(/its checksum is another one/)
    expect(await asked({ accounts: { operators: [key.replace('U', 'A')] } })).toMatch(/begins with U/)
  })
})
