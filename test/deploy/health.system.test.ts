import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createListener } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Application } from '../../src/cluster/index.ts'
import { healthScript } from '../../src/deploy/health.ts'
import { lines, sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'

needs('curl')

const run = promisify(execFile)
const right = 'it\'s "up" \\ $HOME'

/** Programs that were just changed, by the page that is asked for. */
const programs: Readonly<Record<string, (answer: ServerResponse) => void>> = {
  '/well': (answer) => void answer.end(`<p>${right}\0</p>`),
  '/starting': (answer) => void answer.writeHead(503).end(right),
  '/elsewhere': (answer) => void answer.writeHead(302, { location: '/well' }).end(),
  '/empty': (answer) => void answer.end(),
  '/hangs': () => {},
  '/stops': (answer) => void answer.writeHead(200, { 'content-length': 1000 }).write(right),
  '/endless': (answer) => {
    const telling = setInterval(() => answer.write('more '), 50)
    answer.on('close', () => clearInterval(telling))
  },
  '/breaks': (answer) => void answer.destroy(),
}

describe('a realserver that was changed', () => {
  let folder = ''
  const server = createServer((request, answer) => programs[request.url ?? '']?.(answer))
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-health-'))
    await new Promise<void>((done) => server.listen(0, '::', done))
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true })
  })

  /** What is said of it, asked for two seconds. */
  async function said(
    path: string,
    address = '127.0.0.1',
    port = (server.address() as AddressInfo).port,
    more: { readonly hearsProxy?: true } = {},
  ) {
    const application = {
      ...{ name: 'shop', kind: 'site', source: { directory: 'x' }, keep: 3, hosts: ['rs1'], port },
      health: { path, status: [200], body: right, within: 2, scheme: 'http', ...more },
    } satisfies Application
    const script = lines(
      sh`us_tmp=${folder}`,
      healthScript(application, address),
      sh`if us_well ${2}; then echo well; else printf '%s\n' "$us_said"; fi`,
    )
    return (await run('sh', ['-euc', script])).stdout.trim()
  }

  it.each(['127.0.0.1', '::1'])('is well when its page is as promised, sign by sign: %s', async (address) => {
    expect(await said('/well', address)).toBe('well')
  })

  it.concurrent.each([
    ['starts, and says that it is not ready', '/starting', 'status 503'],
    ['sends elsewhere', '/elsewhere', 'status 302'],
    ['shows another page', '/empty', `status 200, without ${JSON.stringify(right)}`],
    ['takes connections and says nothing', '/hangs', 'no answer'],
    ['stops in the middle of its page', '/stops', 'no answer'],
    ['comes to no end', '/endless', 'no answer'],
    ['breaks connections off', '/breaks', 'no answer'],
  ])('is not well where it %s', { timeout: 60_000 }, async (_, path, words) => {
    expect(await said(path)).toBe(words)
  })

  it('is told first who asks where it waits for that', async () => {
    const waiting = createListener((socket) =>
      socket.once('data', (first) => {
        if (/^PROXY TCP4 .*\r\n/.test(String(first))) socket.end(`HTTP/1.0 200 OK\r\n\r\n${right}`)
        else socket.destroy()
      }),
    )
    await new Promise<void>((done) => waiting.listen(0, '127.0.0.1', done))
    const { port } = waiting.address() as AddressInfo
    expect(await said('/', '127.0.0.1', port, { hearsProxy: true })).toBe('well')
    expect(await said('/', '127.0.0.1', port)).toBe('no answer')
    waiting.close()
  })

  it('is not well where nothing listens', async () => {
    expect(await said('/well', '127.0.0.1', 1)).toBe('no answer')
  })
})
