import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type Server as Listener } from 'node:net'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '../../../src/fleet/order.ts'
import { connectEngine } from '../../../src/nats/engine.ts'
import { jobOf, sendJob, takeOut } from '../../../src/nats/jobs.ts'
import { needs } from '../../needs.ts'
import { type Engines, openEngines, type Server } from './engines.ts'
import { openFleet, refusalOf, type TestFleet } from './fleets.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'openssl', 'build')

let engines: Engines
let server: Server
let fleet: TestFleet
beforeAll(async () => {
  engines = openEngines()
  server = await engines.server()
  fleet = await openFleet({ one: 'berlin' }, [server.url], { sites: { rome: null } })
  fleet.playbook([{ debug: { msg: 'hello' } }])
})
afterAll(async () => {
  await fleet[Symbol.asyncDispose]()
  await engines[Symbol.asyncDispose]()
})

const refusal = (status: number, ...words: readonly string[]) => refusalOf(fleet, status, words)

const init = (engine: string, ...words: readonly string[]) => ['fleet', 'init', '--engine', engine, ...words]

describe('an address of an engine', () => {
  it.each([
    ['http://127.0.0.1:4222', '"http://127.0.0.1:4222"'],
    ['127.0.0.1:4222', '"127.0.0.1:4222"'],
    ['ws://ann:geheim@127.0.0.1:4222', '"ws://ann@127.0.0.1:4222"'],
    ['nats://ann:ge@heim@127.0.0.1:4222/x', '"nats://ann@127.0.0.1:4222/x"'],
    ['tls://127.0.0.1:99999', '"tls://127.0.0.1:99999"'],
    ['', '""'],
  ])('is not %s', async (address, shown) => {
    const said = await refusal(5, ...init(address))
    expect(said).toContain(`${shown} is no address of an engine\n  → an address `)
    expect(said).not.toContain('heim')
  })

  it('is told with its place where the file of the fleet names it', async () => {
    const file = join(fleet.folder, 'other.yaml')
    writeFileSync(
      file,
      'fleet: web\nengine: [http://h:1]\nclusters: { one: { site: a, inventory: one.yaml } }\n',
    )
    expect(await refusal(5, 'fleet', 'init', '--file', file)).toMatch(
      /other\.yaml:2:10: .*nats:\/\/HOST:PORT/,
    )
  })
})

it('something that takes the connection and says nothing: the command says so, and ends', async () => {
  const silent: Listener = createServer()
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const { port } = silent.address() as { readonly port: number }
  try {
    const begun = fleet.begin(...init(`nats://127.0.0.1:${port}`))
    const ended = await Promise.race([begun.ended, new Promise((done) => setTimeout(done, 15_000))])
    expect(ended).toMatchObject({
      status: 4,
      error: expect.stringContaining('does not answer\n  → see whether'),
    })
  } finally {
    silent.close()
  }
})

it('an engine that is too old: its version is told, and which would do', async () => {
  const server = { server_id: 'x', version: '2.8.4', proto: 1, max_payload: 1_048_576, headers: true }
  const old: Listener = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (bytes.includes('PING')) socket.write('PONG\r\n')
    })
    socket.write(`INFO ${JSON.stringify(server)}\r\n`)
  })
  await new Promise<void>((done) => old.listen(0, '127.0.0.1', done))
  const { port } = old.address() as { readonly port: number }
  try {
    expect(await refusal(5, ...init(`nats://127.0.0.1:${port}`))).toMatch(
      /is nats-server 2\.8\.4: too old\n {2}→ let it be 2\.9 or newer/,
    )
  } finally {
    old.close()
  }
})

describe('TLS', () => {
  const certificate = (name: string) => join(engines.folder, `${name}.pem`)
  const key = (name: string) => join(engines.folder, `${name}.key`)
  const sign = (name: string, ...words: readonly string[]) =>
    execFileSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-keyout', key(name), '-out', certificate(name), '-subj', `/CN=${name}`, ...words],
    ])
  let secret: Server
  beforeAll(async () => {
    sign('authority')
    const by = ['-CA', certificate('authority'), '-CAkey', key('authority')]
    sign('engine', ...by, '-addext', 'subjectAltName=IP:127.0.0.1')
    sign('elsewhere', ...by, '-addext', 'subjectAltName=DNS:nats.example.org')
    const tls = `tls { cert_file: "${certificate('engine')}", key_file: "${key('engine')}" }`
    secret = await engines.server(tls)
  })

  it('is spoken where it is offered, and asked for by tls://', async () => {
    const authority = ['--engine-ca', certificate('authority')]
    for (const url of [secret.url, secret.url.replace('nats:', 'tls:')])
      expect((await fleet.run(...init(url, ...authority))).error).toBe('')
    const plain = server.url.replace('nats:', 'tls:')
    expect(await refusal(4, ...init(plain))).toMatch(/speaks no TLS, and is to\n {2}→ have it speak TLS/)
    expect(await refusal(4, ...init(server.url, ...authority))).toMatch(/speaks no TLS/)
  })

  it('is refused with certificates that nobody vouches for, or that are for somebody else', async () => {
    expect(await refusal(4, ...init(secret.url))).toMatch(
      /a certificate that is not trusted: .*\n {2}→ name the/,
    )
    expect(await refusal(4, ...init(secret.url, '--engine-ca', certificate('elsewhere')))).toMatch(
      /a certificate that is not trusted/,
    )
    const other = await engines.server(
      `tls { cert_file: "${certificate('elsewhere')}", key_file: "${key('elsewhere')}" }`,
    )
    expect(await refusal(4, ...init(other.url, '--engine-ca', certificate('authority')))).toMatch(
      /not trusted: .*IP: 127\.0\.0\.1 is not in the cert's list/,
    )
  })

  it('has certificates in a file that has some', async () => {
    for (const path of ['/nowhere', key('authority')])
      expect(await refusal(5, ...init(server.url, '--engine-ca', path))).toMatch(
        /has no certificates: .*\n {2}→ name with --engine-ca/,
      )
  })
})

it('comes with a token, which is not shown', async () => {
  const closed = await engines.server('authorization { token: sesame }')
  expect((await fleet.run(...init(closed.url.replace('//', '//sesame@')))).status).toBe(0)
  const said = await refusal(4, ...init(closed.url.replace('//', '//hazel@')))
  expect(said).toMatch(/refuses these credentials/)
  expect(said).not.toContain('hazel')
})

it('an account without JetStream, a domain that is none, and too little room', async () => {
  const accounts = `accounts {
    bare: { users: [{ user: bare, password: x }] }
    few: { jetstream: { max_streams: 2 }, users: [{ user: few, password: x }] }
  }`
  const closed = await engines.server(accounts)
  const as = (user: string) => closed.url.replace('//', `//${user}:x@`)
  expect(await refusal(5, ...init(as('bare')))).toMatch(/has no JetStream\n {2}→ switch it on/)
  expect(await refusal(5, ...init(as('few'), '--engine-domain', 'hub'))).toMatch(
    /reaches no JetStream of the domain hub\n {2}→ see whether/,
  )
  expect(await refusal(5, ...init(as('few')))).toMatch(
    /refuses: maximum number of streams reached\n {2}→ see what its configuration lets this account have/,
  )
})

it('streams, buckets and bundles that are missing or of another version: a run begins nothing, a worker does not start', async () => {
  expect((await fleet.run('fleet', 'init')).status).toBe(0)
  const connection = await connect({ servers: server.url })
  const { streams } = await jetstreamManager(connection)
  const worker = [
    'worker',
    '--fleet',
    'web',
    '--site',
    'berlin',
    '--engine',
    server.url,
    '--trust',
    fleet.publicKey,
  ]
  const commands = [worker, ['fleet', 'apply', 'one'], ['fleet', 'status']]
  for (const place of ['us-web-events', 'KV_us-web-locks', 'OBJ_us-web-bundles']) {
    const name = place.replace(/^(KV|OBJ)_/, '')
    await streams.update(place, { description: 'understudy fleet, version 9: something' })
    for (const words of commands)
      expect(await refusal(5, ...words)).toMatch(
        `${name} on the engine is of version 9, and known here is 1\n  → `,
      )
    await streams.delete(place)
    for (const words of commands)
      expect(await refusal(5, ...words)).toMatch(`${name} of the fleet web is missing on the engine`)
    expect((await fleet.run('fleet', 'init')).status).toBe(0)
  }
  connection.publish('$KV.us-web-about.fleet', '{"v":2}')
  await connection.flush()
  for (const words of [['fleet', 'init'], ...commands])
    expect(await refusal(5, ...words)).toMatch(
      /us-web-about under fleet is of version 2, and known here is 1/,
    )
  await streams.delete('KV_us-web-about')
  await streams.update('us-web-jobs', { max_age: 3_600_000_000_000 })
  const made = await fleet.run('fleet', 'init')
  expect(made.out).toMatch(/^~ us-web-jobs: max_age 3600000000000 → /m)
  await connection.close()
})

it('a site that the file lists, and no cluster names', async () => {
  await fleet.run('fleet', 'init')
  const words = ['worker', '--fleet', 'web', '--engine', server.url, '--trust', fleet.publicKey, '--site']
  expect(await refusal(5, ...words, 'rome')).toMatch(
    /no cluster .* is at the site rome\n {2}→ .*berlin.* write a cluster/,
  )
  for (const name of ['', 'Ber lin', 'a.b'])
    expect(await refusal(5, ...words, name)).toMatch(`"${name}" is no name of a site: `)
})

describe('a run that cannot be begun', () => {
  const runs = async () => (await fleet.run('fleet', 'status', '--json')).said[0]?.runs

  it('as a clock is apart: nothing of it is on the engine', async () => {
    await fleet.run('fleet', 'init')
    const before = process.env.NODE_OPTIONS
    for (const [shift, how] of [
      [600_000, 'ahead of'],
      [-90_000_000, 'behind'],
    ] as const) {
      const file = join(fleet.lab.directory, 'shift.cjs')
      writeFileSync(file, `const now = Date.now; Date.now = () => now() + ${shift}\n`)
      process.env.NODE_OPTIONS = `--require=${file}`
      try {
        expect(await refusal(5, 'fleet', 'verify')).toMatch(
          new RegExp(
            `the clock of this computer is \\d+ s ${how} that of the engine\\n {2}→ let both keep time`,
          ),
        )
      } finally {
        if (before === undefined) delete process.env.NODE_OPTIONS
        else process.env.NODE_OPTIONS = before
      }
    }
    expect(await runs()).toEqual([])
  })

  it('as something would travel that must not: nothing of it is on the engine', async () => {
    await fleet.run('fleet', 'init')
    const seed = join(fleet.folder, 'left.seed')
    expect((await fleet.run('fleet', 'key', 'signer', seed)).status).toBe(0)
    expect(await refusal(5, 'fleet', 'verify')).toMatch(/left\.seed would travel in clear/)
    expect(await runs()).toEqual([])
  })
})

it('a job is taken out by its number, once, and the next one of the cluster stays', async () => {
  await fleet.run('fleet', 'init')
  await using engine = await connectEngine({ servers: [server.url], name: 'test' })
  const place = { fleet: 'web', site: 'berlin', cluster: 'one' }
  const job = (run: string) => ({
    ...place,
    name: run,
    job: { v: 1, is: 'ordered', order: run } as unknown as Job,
  })
  expect(await sendJob(engine, job('first'))).toBe('queued')
  expect(await sendJob(engine, job('second'))).toBe('taken')
  const first = await jobOf(engine, place)
  if (!first) throw new Error('it is not queued')
  await takeOut(engine, 'web', first)
  expect(await jobOf(engine, place)).toBeUndefined()
  expect(await sendJob(engine, job('third'))).toBe('queued')
  // As where a worker took it out between two questions.
  await takeOut(engine, 'web', first)
  expect((await jobOf(engine, place))?.text).toContain('third')
})
