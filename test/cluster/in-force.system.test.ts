import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { holdStreams } from '../../src/drill/client/streams.ts'
import { dialFromHere } from '../../src/transport/dialling.ts'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

needs('root', 'nginx', 'haproxy')

/** Realservers at addresses of their own on this computer, which say their names. */
const names = { '127.0.0.21': 'rs1', '127.0.0.22': 'rs2' } as const
const servers: Server[] = []
let behind = 0
let folder = ''
let running: ChildProcess | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-in-force-'))
  chmodSync(folder, 0o755)
  behind = await freePort()
  for (const [address, name] of Object.entries(names)) {
    const server = createServer((request, answer) =>
      setTimeout(() => answer.end(name), request.url === '/slow' ? 1500 : 0),
    )
    await new Promise<void>((done) => server.listen(behind, address, done))
    // A WebSocket whose server answers each ping; HAProxy lets none pass without a right key.
    server.on('upgrade', ({ headers }, socket) => {
      const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
      const accept = createHash('sha1').update(key).digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      socket.on('data', () => socket.write(Buffer.from([0x8a, 0x00])))
      socket.on('error', () => {})
    })
    servers.push(server)
  }
})
afterEach(() => running?.kill('SIGKILL'))
afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  rmSync(folder, { recursive: true })
})

/** Starts a balancer with what is rendered for it, before realservers of this computer. */
async function start(balancer: 'nginx' | 'haproxy', service: Words, words: Words = {}): Promise<number> {
  const port = await freePort()
  const members = machines({
    ...{ ...healthy, balancer, backend: 'none' },
    services: [{ port, backend_port: behind, check: { type: 'tcp', interval: 1 }, ...service }],
    ...words,
  })
  const text = balancer === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
  const path = join(folder, `${balancer}.conf`)
  writeFileSync(
    path,
    text
      .replaceAll(/10\.77\.0\.(2[12])/g, '127.0.0.$1')
      .replaceAll(/\/run\/(?:haproxy\/)?(nginx\.pid|admin\.sock)/g, `${folder}/$1`)
      .replaceAll('/var/log/nginx', folder)
      // A director does not count its own checks; here all clients come from where these do.
      .replaceAll('127.0.0.0/8', '127.9.0.0/16'),
  )
  running = run(balancer, path)
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await asked(port)) !== '') return port
    await sleep(50)
  }
  throw new Error(`${balancer} does not answer`)
}

function run(balancer: 'nginx' | 'haproxy', path: string): ChildProcess {
  return balancer === 'nginx'
    ? spawn('nginx', ['-c', path, '-g', 'daemon off; master_process off;'])
    : spawn('haproxy', ['-db', '-f', path])
}

/** Who answers, or the status where nobody does; nothing where no connection comes about. */
function asked(port: number, path = '/'): Promise<string> {
  return new Promise((done) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => done(answer.statusCode === 200 ? text : String(answer.statusCode)))
    }).on('error', () => done(''))
  })
}

/** What HAProxy says to a command over its socket. */
function told(command: string): Promise<string> {
  return new Promise((done, failed) => {
    const socket = createConnection(`${folder}/admin.sock`, () => socket.write(`${command}\n`))
    let text = ''
    socket.on('data', (part) => {
      text += String(part)
    })
    socket.on('end', () => done(text))
    socket.on('error', failed)
  })
}

/** Rows of a table whose first line names the columns. */
function rows(text: string, separator: string): readonly Record<string, string | undefined>[] {
  const [head = '', ...lines] = text
    .split('\n')
    .filter((line) => line.includes(separator))
    .map((line) => line.replace(/^# /, ''))
  const columns = head.split(separator)
  return lines.map((line) => {
    const values = line.split(separator)
    return Object.fromEntries(columns.map((column, index) => [column, values[index]]))
  })
}

async function sharesOf(port: number, count: number): Promise<Readonly<Record<string, number>>> {
  const shares: Record<string, number> = {}
  for (let nth = 0; nth < count; nth += 1) {
    const by = await asked(port)
    shares[by] = (shares[by] ?? 0) + 1
  }
  return shares
}

const weighed = { pools: { usual: { weights: { rs1: 3, rs2: 1 } } } }

describe('what the inventory says of a pool', () => {
  it.each(['nginx', 'haproxy'] as const)('is what %s does: weights', async (balancer) => {
    const pools = { usual: { ...weighed.pools.usual, port: behind, check: { type: 'tcp' } } }
    const port = await start(balancer, { pool: 'usual' }, { pools })
    const shares = await sharesOf(port, 80)
    expect(shares.rs1).toBeGreaterThanOrEqual(58)
    expect(shares.rs1).toBeLessThanOrEqual(62)
    expect((shares.rs1 ?? 0) + (shares.rs2 ?? 0)).toBe(80)
  })

  it('is what HAProxy says of itself: weights, slow start, and that it is asked', async () => {
    const pools = { usual: { weights: { rs1: 100, rs2: 40 }, port: behind, check: { type: 'tcp' } } }
    await start('haproxy', { pool: 'usual', slow_start: 30 }, { pools })
    const state = rows((await told('show servers state')).replace(/^\d+\n/, ''), ' ')
    expect(state.map((one) => [one.srv_name, one.srv_addr, one.srv_port, one.srv_iweight])).toEqual([
      ['rs1', '127.0.0.21', String(behind), '100'],
      ['rs2', '127.0.0.22', String(behind), '40'],
    ])
    const weight = async () =>
      Number(rows(await told('show stat'), ',').find((one) => one.svname === 'rs1')?.weight)
    const backend = state[0]?.be_name
    await told(`disable server ${backend}/rs1`)
    await told(`enable server ${backend}/rs1`)
    await sleep(1500)
    // A second and a half of thirty have passed: its share is small, and grows.
    const first = await weight()
    expect(first).toBeLessThan(40)
    await sleep(4000)
    expect(await weight()).toBeGreaterThan(first)
    expect(await weight()).toBeLessThan(60)
  })

  it('is what HAProxy says of itself: connections at once, as the memory has room for', async () => {
    await start('haproxy', {}, { max_connections: 700 })
    expect(await told('show info')).toMatch(/^Maxconn: 700$/m)
  })

  it.each(['nginx', 'haproxy'] as const)('is what %s does: limits for each client', async (balancer) => {
    const port = await start(balancer, { limits: { connections: 3 } })
    const answers = await Promise.all(Array.from({ length: 8 }, () => asked(port, '/slow')))
    const refused = answers.filter((answer) => answer === '429').length
    expect(answers.every((answer) => /^(rs[12]|429)$/.test(answer))).toBe(true)
    expect(refused).toBe(5)
    expect(await asked(port)).toMatch(/^rs[12]$/)
  })

  it.each(['nginx', 'haproxy'] as const)('lasts through %s, and breaks with it', async (balancer) => {
    const port = await start(balancer, {})
    const service = {
      address: '127.0.0.1',
      port,
      path: '/',
      interval: 10,
      timeout: 5000,
      atMost: 9,
      tls: false,
    }
    const plan = { path: '/live', kind: 'websocket', connections: 6 } as const
    const holding = holdStreams(service, plan, dialFromHere, () => performance.now())
    await sleep(1500)
    running?.kill('SIGKILL')
    await sleep(1000)
    running = run(balancer, join(folder, `${balancer}.conf`))
    for (let tries = 0; tries < 100 && (await asked(port)) === ''; tries += 1) await sleep(50)
    await sleep(1000)
    const held = await holding.stop()
    expect(held).toMatchObject({ opened: 6, broken: 6, silent: 0, lost: 0 })
    expect(held.longest).toBeGreaterThan(900)
    expect(held.longest).toBeLessThan(4000)
  })
})
