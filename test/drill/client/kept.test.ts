import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepOpen } from '../../../src/drill/client/kept.ts'
import { dialFromHere } from '../../../src/transport/dialling.ts'

/** Milliseconds the server thinks before it answers. */
let thinking = 0
let server = createServer()

beforeEach(async () => {
  thinking = 0
  server = createServer(async (_, response) => {
    await pause(thinking)
    response.end('a page\n')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const keep = () => {
  const { port } = server.address() as AddressInfo
  const plan = { address: '127.0.0.1', port, path: '/', interval: 10, timeout: 500, atMost: 200, tls: false }
  return keepOpen(plan, dialFromHere, () => performance.now())
}

describe('a connection that is kept open', () => {
  it('lives as long as nothing happens', async () => {
    const keeping = keep()
    await pause(350)
    const { connections } = await keeping.stop()
    expect(connections).toMatchObject([{ end: 'open' }])
    expect(connections[0]?.answers).toBeGreaterThan(1)
  })

  it('survives a server that is silent for a while, and tells for how long', async () => {
    const keeping = keep()
    await pause(150)
    thinking = 600
    await pause(300)
    thinking = 0
    await pause(500)
    const { connections, stall } = await keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['open'])
    expect(stall).toBeGreaterThan(590)
  })

  it('breaks where the other end is gone, and another takes its place', async () => {
    const keeping = keep()
    await pause(150)
    server.closeAllConnections()
    await pause(300)
    const { connections } = await keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['broken', 'open'])
  })

  it('is not broken by a server that closes in order', async () => {
    server.maxRequestsPerSocket = 2
    const keeping = keep()
    await pause(450)
    const { connections } = await keeping.stop()
    expect(connections.length).toBeGreaterThan(1)
    expect(connections[0]).toMatchObject({ end: 'closed', answers: 2 })
    expect(connections.filter(({ end }) => end === 'broken')).toEqual([])
  })

  it('is given up while an answer is missing at the end', async () => {
    const keeping = keep()
    await pause(150)
    thinking = 60_000
    await pause(200)
    const { connections, stall } = await keeping.stop()
    expect(connections.map(({ end }) => end)).toEqual(['silent'])
    expect(stall).toBeGreaterThan(3000)
  })
})
