import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { probe } from '../../../src/drill/client/forwarded.ts'
import { affordable } from '../../../src/drill/client/pace.ts'
import type { ProbePlan } from '../../../src/drill/client/probing.ts'
import { dialFromHere } from '../../../src/transport/dialling.ts'

/** Milliseconds each request takes of a server that works on one at a time. */
let each = 0
let server = createServer()

beforeEach(async () => {
  let queue = Promise.resolve()
  server = createServer((_, response) => {
    queue = queue.then(() => pause(each))
    queue.then(() => response.end('a page\n'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function intervalFor(interval: number): Promise<number | undefined> {
  const { port } = server.address() as AddressInfo
  const plan = { address: '127.0.0.1', port, path: '/', interval, timeout: 500, atMost: 200, tls: false }
  const ask = async (one: ProbePlan) => probe(one, dialFromHere, () => performance.now())
  return (await affordable([plan], { ask, signal: new AbortController().signal }))[0]?.interval
}

it('asks as often as wished where that is no burden', async () => {
  expect(await intervalFor(100)).toBe(100)
})

it('asks less often where requests would pile up', async () => {
  each = 30
  expect(await intervalFor(10)).toBeGreaterThanOrEqual(40)
})

it('never gives up asking', async () => {
  each = 60_000
  expect(await intervalFor(10)).toBe(160)
})
