import { createSocket, type SocketType } from 'node:dgram'
import { expect, it } from 'vitest'
import { answersTo, datagrams } from '../../src/sensors/datagrams.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

/** Every byte there is, so that none is lost, split or changed on its way. */
const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value)).toString('hex')

it.each(shells)(
  'datagrams are sent as one, and answers told from silence and from others, under %s',
  async (shell) => {
    const heard: string[] = []
    const open = async (type: SocketType, address: string) => {
      const socket = createSocket(type)
      socket.on('message', (message, { port, address: from }) => {
        heard.push(message.toString('hex'))
        socket.send(Buffer.from(bytes, 'hex'), port, from)
      })
      await new Promise<void>((done) => socket.bind(0, address, done))
      return socket
    }
    const four = await open('udp4', '127.0.0.1')
    const six = await open('udp6', '::1')
    const gone = await open('udp4', '127.0.0.1')
    const closed = gone.address().port
    await new Promise<void>((done) => gone.close(done))
    const query = (address: string, port: number, mask: string, value: string) =>
      answersTo({ address, port }, { sent: bytes, mask, value }, 3).subject
    const subjects = [
      query('127.0.0.1', four.address().port, '', ''),
      query('::1', six.address().port, 'ffff00f0', '00010000'),
      query('127.0.0.1', four.address().port, 'ff01', '0000'),
      query('127.0.0.1', closed, '', ''),
    ]
    expect(await ask(shell, datagrams, subjects)).toEqual([
      { asked: 3, answered: 3 },
      { asked: 3, answered: 3 },
      { asked: 3, answered: 0 },
      { asked: 3, answered: 0 },
    ])
    expect(new Set(heard)).toEqual(new Set([bytes]))
    four.close()
    six.close()
  },
)

it.each(shells)('a question that got lost is asked again from the same port, under %s', async (shell) => {
  const asked = new Map<number, number>()
  const socket = createSocket('udp4')
  socket.on('message', (message, { port, address }) => {
    asked.set(port, (asked.get(port) ?? 0) + 1)
    if (asked.get(port) === 2) socket.send(message, port, address)
  })
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  const { subject } = answersTo(
    { address: '127.0.0.1', port: socket.address().port },
    { sent: bytes, mask: '', value: '' },
    3,
  )
  expect(await ask(shell, datagrams, [subject])).toEqual([{ asked: 3, answered: 3 }])
  expect([...asked.values()]).toEqual([2, 2, 2])
  socket.close()
})
