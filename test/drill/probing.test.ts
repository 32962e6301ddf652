import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { felt } from '../../src/drill/outage.ts'
import { type Dial, probe } from '../../src/drill/probing.ts'

let server = createServer()
let port = 0

const listen = async (at = 0) => {
  server = createServer((_, response) => {
    response.setHeader('X-Served-By', 'rs1')
    response.end('a page\n')
  })
  await new Promise<void>((done) => server.listen(at, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
}
const close = () =>
  new Promise<void>((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })

beforeEach(() => listen())
afterEach(() => (server.listening ? close() : undefined))

const dial: Dial = (address, at, signal) =>
  new Promise<Duplex>((opened, refused) => {
    const socket = connect(at, address)
    signal.addEventListener('abort', () => socket.destroy(new Error('timed out')), { once: true })
    socket.once('connect', () => opened(socket))
    socket.once('error', refused)
  })

const plan = () => ({ address: '127.0.0.1', port, path: '/', interval: 10, timeout: 500, atMost: 200 })

describe('probing', () => {
  it('sends at its rate and sees who answered', async () => {
    const probing = probe(plan(), dial, () => performance.now())
    await pause(300)
    const records = await probing.stop()
    expect(records.length).toBeGreaterThan(20)
    expect(felt(records, 250).servedBy.rs1).toBe(records.length)
    // Being late with one request must not move the next: each has its own place in time.
    const [first] = records
    for (const [index, { sent }] of records.entries())
      expect(sent - (first?.sent ?? 0)).toBeGreaterThan(index * 10 - probing.late - 1)
    expect((records.at(-1)?.sent ?? 0) - (first?.sent ?? 0)).toBeLessThan(records.length * 10 + probing.late)
  })

  it('sees a server go and come back, and how long it was gone', async () => {
    const at = port
    const probing = probe(plan(), dial, () => performance.now())
    await pause(150)
    await close()
    const gone = performance.now()
    await pause(400)
    await listen(at)
    const back = performance.now()
    await pause(200)
    const { longest, failed } = felt(await probing.stop(), 250)
    expect(failed).toBeGreaterThan(20)
    expect(Math.abs(longest - (back - gone))).toBeLessThan(40)
  })

  it('records what it could not send any more as failed', async () => {
    const never: Dial = (_address, _port, signal) =>
      new Promise((_, refused) => signal.addEventListener('abort', () => refused(new Error('timed out'))))
    const probing = probe({ ...plan(), atMost: 3 }, never, () => performance.now())
    await pause(200)
    const records = await probing.stop()
    expect(records.length).toBeGreaterThan(10)
    expect(records.every(({ verdict }) => verdict === 'failed')).toBe(true)
  })
})
