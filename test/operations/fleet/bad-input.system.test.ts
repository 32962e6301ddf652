import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Engines, freePort, openEngines, type Server } from './engines.ts'
import { openFleet, refusalOf, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

let engines: Engines
let server: Server
let fleet: TestFleet
beforeAll(async () => {
  engines = openEngines()
  server = await engines.server()
  fleet = await openFleet({ one: 'berlin' }, [server.url])
  fleet.playbook([{ debug: { msg: 'hello' } }])
})
afterAll(async () => {
  await fleet[Symbol.asyncDispose]()
  await engines[Symbol.asyncDispose]()
})

const refusal = (status: number, ...words: readonly string[]) => refusalOf(fleet, status, words)

it('no engine at the address', async () => {
  const url = `nats://127.0.0.1:${await freePort()}`
  expect(await refusal(4, 'fleet', 'init', '--engine', url)).toMatch(
    /no engine at nats:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n {2}→ see whether nats-server runs there/,
  )
})

it('something else at the address', async () => {
  const { port } = [...fleet.machines.values()][0]?.server ?? { port: 0 }
  expect(await refusal(4, 'fleet', 'init', '--engine', `nats://127.0.0.1:${port}`)).toMatch(/engine at nats:/)
})

it('an engine without JetStream', async () => {
  const bare = await engines.server('', { jetstream: false })
  expect(await refusal(5, 'fleet', 'init', '--engine', bare.url)).toMatch(
    /has no JetStream\n {2}→ switch it on: nats-server --jetstream/,
  )
})

it('a domain that the engine does not have', async () => {
  expect(await refusal(5, 'fleet', 'init', '--engine', server.url, '--engine-domain', 'hub')).toMatch(
    /reaches no JetStream of the domain hub\n {2}→ see whether jetstream \{ domain: … \} of the hub says so/,
  )
})

it('credentials that are refused, and none where some are wanted', async () => {
  const closed = await engines.server('authorization { user: ann, password: right }')
  const wrong = closed.url.replace('nats://', 'nats://ann:wrong@')
  const said = await refusal(4, 'fleet', 'init', '--engine', wrong)
  expect(said).toMatch(/refuses these credentials\n {2}→ name others with --credentials/)
  expect(said).not.toContain('wrong')
  expect(await refusal(4, 'fleet', 'init', '--engine', closed.url)).toMatch(/refuses these credentials/)
  const right = closed.url.replace('nats://', 'nats://ann:right@')
  expect((await fleet.run('fleet', 'init', '--engine', right)).status).toBe(0)
})

it('credentials that are refused by each of several servers, and such as stand in one address for all', async () => {
  const three = await engines.cluster(3, {
    configuration: () => 'authorization { user: "ann b", password: "r%ght" }',
  })
  const asked = three.flatMap(({ url }) => ['--engine', url])
  expect(await refusal(4, 'fleet', 'init', ...asked)).toMatch(/refuses these credentials/)
  expect(await refusal(4, 'fleet', 'init', ...asked.slice(0, 2))).toMatch(/refuses these credentials/)
  const as = (user: string) => three[2]?.url.replace('//', `//${user}@`) ?? ''
  expect(await refusal(5, 'fleet', 'init', '--engine', as('ann%20b:r%ght'))).toMatch(/%25 for %/)
  const [first, second] = three
  const urls = [first?.url, second?.url, as('ann%20b:r%25ght')].join(', ')
  const made = await fleet.run('fleet', 'init', '--engine', ...urls.split(', ').join(' --engine ').split(' '))
  expect([made.status, made.error]).toEqual([0, ''])
})

it('a nkey that is let in, and one that is not', async () => {
  const closed = await engines.server(`authorization { users: [{ nkey: ${fleet.publicKey} }] }`)
  const made = await fleet.run('fleet', 'init', '--engine', closed.url, '--credentials', fleet.keyFile)
  expect([made.status, made.error]).toEqual([0, ''])
  const other = join(fleet.lab.directory, 'other.seed')
  expect((await fleet.run('fleet', 'key', 'signer', other)).status).toBe(0)
  expect(await refusal(4, 'fleet', 'init', '--engine', closed.url, '--credentials', other)).toMatch(
    /refuses these/,
  )
})

it('a fleet that was not made, then streams of another version, and of somebody else', async () => {
  expect(await refusal(5, 'fleet', 'status')).toMatch(
    /there is no fleet web on the engine .*\n {2}→ .*fleet init/,
  )
  const connection = await connect({ servers: server.url })
  const { streams } = await jetstreamManager(connection)
  const stream = { name: 'us-web-jobs', subjects: ['us.web.job.>'] }
  await streams.add({ ...stream, description: 'understudy fleet, version 9: jobs' })
  expect(await refusal(5, 'fleet', 'init')).toMatch(
    /us-web-jobs on the engine is of version 9, and known here is 1\n {2}→/,
  )
  await streams.delete('us-web-jobs')
  await streams.add(stream)
  expect(await refusal(5, 'fleet', 'init')).toMatch(
    /was not made by understudy\n {2}→ name the fleet otherwise/,
  )
  await streams.delete('us-web-jobs')
  await connection.close()
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
})

it('a selector that means nothing, a site that no cluster names, and a run that is not there', async () => {
  await fleet.run('fleet', 'init')
  expect(await refusal(5, 'fleet', 'apply', 'onee')).toMatch(
    /"onee" means no cluster of this fleet\n {2}→ .*one/,
  )
  expect(await refusal(5, 'fleet', 'verify', 'site=rome')).toMatch(/means no cluster/)
  const words = ['worker', '--fleet', 'web', '--engine', server.url, '--trust', fleet.publicKey]
  expect(await refusal(5, ...words, '--site', 'berln')).toMatch(
    /no cluster .* is at the site berln\n {2}→ .*berlin/,
  )
  expect(await refusal(5, 'fleet', 'history', '--cluster', 'onne')).toMatch(
    /the fleet web has no cluster "onne"\n {2}→ did you mean "one"/,
  )
  expect((await fleet.run('fleet', 'history', '--cluster', 'one')).status).toBe(0)
  expect(await refusal(5, 'fleet', 'resume', 'nope')).toMatch(/there is no run nope\n {2}→ .*history/)
})

it('a clock that is apart from that of the engine', async () => {
  await fleet.run('fleet', 'init')
  const shift = join(fleet.lab.directory, 'shift.cjs')
  writeFileSync(shift, 'const now = Date.now; Date.now = () => now() + 600_000\n')
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--require=${shift}`
  try {
    const words = ['worker', '--fleet', 'web', '--engine', server.url, '--trust', fleet.publicKey]
    expect(await refusal(5, ...words, '--site', 'berlin')).toMatch(
      /the clock of this computer is \d+ s ahead of that of the engine\n {2}→ let both keep time by NTP/,
    )
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
})

it('a directory in which nothing can be kept, and an address that somebody else has', async () => {
  await fleet.run('fleet', 'init')
  const words = ['worker', '--fleet', 'web', '--engine', server.url, '--trust', fleet.publicKey]
  const berlin = [...words, '--site', 'berlin']
  expect(await refusal(5, ...berlin, '--state', join(fleet.keyFile, 'state'))).toMatch(
    /cannot be kept in .*signer.seed.*\n {2}→ .*--state/,
  )
  // Below it Node makes folders without end.
  expect(await refusal(5, ...berlin, '--state', '/proc/nothing/there')).toMatch(
    /cannot be kept in \/proc\/nothing\/there.*ENOENT.*\n {2}→ .*--state/,
  )
  const taken = ['--state', fleet.folder, '--metrics', `127.0.0.1:${server.port}`]
  expect(await refusal(5, ...berlin, ...taken)).toMatch(/somebody else has it\n {2}→ .*--metrics/)
  expect(await refusal(5, 'fleet', 'serve', '--proxy', '192.0.2.7')).toMatch(
    /→ name it, such as --identity-header/,
  )
})

it('a file of a fleet that is wrong, with the place of each thing', async () => {
  const file = join(fleet.folder, 'wrong.yaml')
  writeFileSync(
    file,
    'fleet: Web\nclusters:\n  one: { site: berlin }\n  two: { site: a, inventory: x, sites: b }\n',
  )
  const said = await refusal(5, 'fleet', 'init', '--file', file)
  expect(said).toMatch(/wrong\.yaml:1:8: .*fleet/)
  expect(said).toMatch(/wrong\.yaml:3:\d+: .*inventory/)
  expect(said).toMatch(/wrong\.yaml:4:\d+: .*"sites"/)
})

it('keys that are none, and nobody who is trusted', async () => {
  const words = ['worker', '--fleet', 'web', '--engine', server.url, '--site', 'berlin']
  expect(await refusal(5, ...words)).toMatch(/no key is trusted/)
  expect(await refusal(5, ...words, '--trust', '/nowhere')).toMatch(/neither a public key nor a file/)
  expect(await refusal(5, 'fleet', 'apply', 'one', '--key', join(fleet.folder, 'fleet.yaml'))).toMatch(
    /is no key of a signer\n {2}→ make one/,
  )
  expect(await refusal(5, 'fleet', 'key', 'signer', fleet.keyFile)).toMatch(/cannot be written/)
})
