import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { heldConnections } from '../../src/sensors/held-connections.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

async function listening(told: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    told(socket)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, port: (server.address() as AddressInfo).port }
}

it.each(shells)('who stays is told from who closes at once, and from nobody, under %s', async (shell) => {
  const all = await Promise.all([
    listening(() => undefined),
    listening((socket) => socket.end('220 mail\r\n')),
    listening((socket) => socket.end()),
    listening((socket) => socket.resetAndDestroy()),
    listening(() => undefined),
  ])
  const gone = all[4]
  await new Promise((done) => gone.server.close(done))
  const readings = await ask(
    shell,
    heldConnections,
    all.map(({ port }) => `127.0.0.1 ${port}`),
  )
  expect(readings).toEqual([
    { made: true },
    { made: true },
    { made: false, why: 'taken, and closed without a word' },
    { made: false, why: expect.stringMatching(/closed without a word|reset by peer/) },
    { made: false, why: 'Connection refused' },
  ])
  for (const { server } of all.slice(0, 4)) server.close()
})
