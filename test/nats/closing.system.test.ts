import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fleetInit } from '../../src/operations/fleet/init.ts'
import { needs } from '../needs.ts'
import { type Engines, openEngines } from '../operations/fleet/engines.ts'

needs('root', 'worlds', 'nats-server', 'build')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')

let engines: Engines
beforeAll(() => {
  engines = openEngines()
})
afterAll(() => engines[Symbol.asyncDispose]())

function fileOf(name: string, engine: string): string {
  const file = join(engines.folder, name)
  const clusters = { shop: { site: 'berlin', inventory: 'hosts.yaml' } }
  writeFileSync(file, JSON.stringify({ fleet: 'web', engine: [engine], clusters }))
  return file
}

/** How `fleet status` ends, and what it says; killed where it has not ended long after it has to. `before`: shell that runs first, in mounts of its own. */
async function statusOf(file: string, before = ':') {
  const words = ['--mount', 'sh', '-euc', `${before}; exec "$@"`, 'sh', process.execPath, main]
  const child = spawn('unshare', [...words, 'fleet', 'status', '--file', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let error = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const ended = await new Promise((done) => child.once('close', (status, signal) => done(status ?? signal)))
  clearTimeout(late)
  return [ended, error]
}

it('a command ends whose engine refuses one of its questions while it answers the others', async () => {
  const refused = '$JS.API.CONSUMER.CREATE.KV_us-web-state'
  const server = await engines.server(
    `authorization { users: [{ user: all, password: x }, { user: few, password: x, permissions: { publish: { deny: ["${refused}", "${refused}.>"] } } }] }`,
  )
  const as = (user: string) => server.url.replace('//', `//${user}:x@`)
  await fleetInit({ file: fileOf('all.yaml', as('all')), engine: {}, dryRun: false })
  const connection = await connect({ servers: server.url, user: 'all', pass: 'x' })
  for (const name of ['locks', 'runs', 'workers'])
    await (await new Kvm(jetstream(connection)).open(`us-web-${name}`)).put('one', '{}')
  await connection.close()
  expect(await statusOf(fileOf('few.yaml', as('few')))).toEqual([
    4,
    expect.stringContaining('does not let us: Permissions Violation'),
  ])
})

it('a command ends whose engine has two addresses, goes away, and is at both something that says nothing', async () => {
  const sockets = new Set<Socket>()
  const info = { server_id: 'x', version: '2.9.10', proto: 1, max_payload: 1_048_576, headers: true }
  const away = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    if (sockets.size > 1) return
    socket.write(`INFO ${JSON.stringify(info)}\r\n`)
    socket.on('data', (bytes) => {
      if (bytes.includes('PUB ')) socket.destroy()
      else if (bytes.includes('PING')) socket.write('PONG\r\n')
    })
  })
  await new Promise<void>((done) => away.listen(0, '0.0.0.0', done))
  try {
    const { port } = away.address() as { readonly port: number }
    const hosts = join(engines.folder, 'hosts')
    writeFileSync(hosts, '127.0.0.1 localhost engine.test\n127.0.0.2 engine.test\n')
    const file = fileOf('two.yaml', `nats://engine.test:${port}`)
    expect(await statusOf(file, `mount --bind '${hosts}' /etc/hosts`)).toEqual([
      4,
      expect.stringContaining('does not answer'),
    ])
    expect(sockets.size).toBeGreaterThan(1)
  } finally {
    for (const socket of sockets) socket.destroy()
    away.close()
  }
})
