import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { keepOpen } from '../../../src/drill/client/kept.ts'
import { dialFromHere } from '../../../src/transport/dialling.ts'
import { needs } from '../../needs.ts'

// Nothing but time: it waits while others work.
needs()

/** A web server, and a connection to it that is kept open. */
async function open() {
  /** Milliseconds the server thinks before it answers; how often it was asked, and has answered. */
  const site = { thinking: 0, asked: 0, answered: 0, connections: 0 }
  const server = createServer(async (_, response) => {
    site.asked += 1
    await pause(site.thinking, undefined, { ref: false })
    response.end('a page\n')
    site.answered += 1
  })
  server.on('connection', () => {
    site.connections += 1
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const plan = { address: '127.0.0.1', port, path: '/', interval: 10, timeout: 5000, atMost: 200, tls: false }
  return {
    site,
    server,
    keeping: keepOpen(plan, dialFromHere, () => performance.now()),
    [Symbol.dispose]: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10)
}

describe.concurrent('a connection that is kept open', () => {
  it('lives as long as nothing happens', async () => {
    using one = await open()
    await until(() => one.site.answered > 2)
    const { connections } = await one.keeping.stop()
    expect(connections).toMatchObject([{ end: 'open' }])
    expect(connections[0]?.answers).toBeGreaterThan(1)
  })

  it('survives a server that is silent for a while, and tells for how long', async () => {
    using one = await open()
    await until(() => one.site.answered > 0)
    const { asked } = one.site
    one.site.thinking = 600
    await until(() => one.site.asked > asked)
    one.site.thinking = 0
    await until(() => one.site.answered > asked + 1)
    const { connections, stall } = await one.keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['open'])
    expect(stall).toBeGreaterThan(590)
  })

  it('breaks where the other end is gone, and another takes its place', async () => {
    using one = await open()
    await until(() => one.site.answered > 0)
    one.server.closeAllConnections()
    const { answered } = one.site
    await until(() => one.site.connections > 1 && one.site.answered > answered + 1)
    const { connections } = await one.keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['broken', 'open'])
  })

  it('is not broken by a server that closes in order', async () => {
    using one = await open()
    one.server.maxRequestsPerSocket = 2
    await until(() => one.site.connections > 2)
    const { connections } = await one.keeping.stop()
    expect(connections.length).toBeGreaterThan(1)
    expect(connections[0]).toMatchObject({ end: 'closed', answers: 2 })
    expect(connections.filter(({ end }) => end === 'broken')).toEqual([])
  })

  it('is given up while an answer is missing at the end', async () => {
    using one = await open()
    await until(() => one.site.answered > 0)
    const { asked } = one.site
    one.site.thinking = 60_000
    await until(() => one.site.asked > asked)
    const { connections, stall } = await one.keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['silent'])
    expect(stall).toBeGreaterThan(3000)
  })
})
