import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { holdStreams, type StreamPlan } from '../../../src/drill/client/streams.ts'
import { streamWords } from '../../../src/report/drill/stream-words.ts'
import { dialFromHere } from '../../../src/transport/dialling.ts'
import { needs } from '../../needs.ts'

// Nothing but time: it waits while others work.
needs()

/** An application with a WebSocket at /live that answers pings, and events at /news. */
async function application() {
  const open = new Set<Duplex>()
  const site = { live: 0, news: 0, pings: 0, isDeaf: false, isShut: false }
  const server = createServer((request, response: ServerResponse) => {
    if (request.url !== '/news' || site.isShut) return void response.writeHead(503).end()
    site.news += 1
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const telling = setInterval(() => response.write('data: 1\n\n'), 100)
    response.on('close', () => clearInterval(telling))
  })
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    site.live += 1
    socket.on('data', (frame: Buffer) => {
      if (frame[0] !== 0x89 || (frame[1] ?? 0) < 0x80) return void socket.destroy()
      site.pings += 1
      if (!site.isDeaf) socket.write(Buffer.from([0x8a, 0x00]))
    })
    socket.on('error', () => {})
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const service = {
    address: '127.0.0.1',
    port,
    path: '/',
    interval: 10,
    timeout: 5000,
    atMost: 9,
    tls: false,
  }
  return {
    site,
    hold: (plan: StreamPlan) => holdStreams(service, plan, dialFromHere, () => performance.now()),
    cut: () => {
      for (const socket of open) socket.destroy()
    },
    [Symbol.dispose]: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10)
}

describe.concurrent('streams that are held', () => {
  it('are pinged where they are WebSockets, and last as long as nothing happens', async () => {
    using one = await application()
    const holding = one.hold({ path: '/live', kind: 'websocket', connections: 4 })
    await until(() => one.site.pings > 8)
    const held = await holding.stop()
    expect(held).toMatchObject({ opened: 4, broken: 0, silent: 0, lost: 0, longest: 0 })
    expect(one.site.live).toBe(4)
    expect(streamWords(held)).toBe('4 WebSockets at /live: none broke')
  })

  it.each([
    ['websocket', '/live', 'live', '3 WebSockets at /live: 3 broke, back after'],
    ['events', '/news', 'news', '3 streams at /news: 3 broke, back after'],
  ] as const)('are opened again where they broke: %s', async (kind, path, counted, words) => {
    using one = await application()
    const holding = one.hold({ path, kind, connections: 3 })
    await until(() => one.site[counted] === 3)
    await pause(600)
    one.cut()
    await until(() => one.site[counted] === 6)
    await pause(100)
    const held = await holding.stop()
    expect(held).toMatchObject({ opened: 3, broken: 3, silent: 0, lost: 0 })
    expect(held.longest).toBeGreaterThan(0)
    expect(held.longest).toBeLessThan(2000)
    expect(streamWords(held)).toContain(words)
  })

  it('are given up where nobody answers any more, and counted as lost where none comes instead', async () => {
    using one = await application()
    const live = one.hold({ path: '/live', kind: 'websocket', connections: 1 })
    const news = one.hold({ path: '/news', kind: 'events', connections: 2 })
    await until(() => one.site.live === 1 && one.site.news === 2)
    one.site.isDeaf = true
    await until(() => one.site.live === 2)
    one.site.isShut = true
    one.cut()
    await pause(500)
    expect(await live.stop()).toMatchObject({ opened: 1, silent: 1 })
    const held = await news.stop()
    expect(held).toMatchObject({ opened: 2, broken: 2, lost: 2 })
    expect(streamWords(held)).toBe('2 streams at /news: 2 broke, 2 did not come back')
  })

  it('say what was answered where there is no such page', async () => {
    using one = await application()
    const holding = one.hold({ path: '/nowhere', kind: 'events', connections: 2 })
    await pause(300)
    const held = await holding.stop()
    expect(streamWords(held)).toBe('no stream at /nowhere came about: status 503')
  })
})
