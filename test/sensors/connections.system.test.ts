import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { connections } from '../../src/sensors/connections.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('connections are made, and told from those that are not, under %s', async (shell) => {
  let heard = 0
  const server = createServer((socket) => {
    heard += 1
    socket.on('error', () => undefined)
    socket.on('data', () => {
      throw new Error('something was said')
    })
  })
  const closed = createServer()
  const portOf = async (one: typeof server, address: string) => {
    await new Promise<void>((done) => one.listen(0, address, done))
    return (one.address() as AddressInfo).port
  }
  const open = await portOf(server, '::')
  const gone = await portOf(closed, '127.0.0.1')
  await new Promise((done) => closed.close(done))
  const subjects = [`127.0.0.1 ${open}`, `127.0.0.1 ${gone}`, `::1 ${open}`]
  expect(await ask(shell, connections, subjects)).toEqual([
    { made: true },
    { made: false, why: 'Connection refused' },
    { made: true },
  ])
  expect(heard).toBe(2)
  server.close()
})
