import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listeners } from '../../src/sensors/listeners.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { needs } from '../needs.ts'

needs('dash', 'busybox', 'ss')

let server: Server
let port = ''

beforeAll(async () => {
  server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = String((server.address() as AddressInfo).port)
})
afterAll(() => server.close())

async function ask(shell: readonly [string, ...string[]], ports: readonly string[]) {
  const program = buildProgram('nonce', { asks: [{ sensor: listeners, subjects: ports }] })
  const child = spawn(shell[0], shell.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(program.script)
  child.stdout.setEncoding('utf8')
  for await (const frame of parseFrames('nonce', child.stdout))
    if (frame.is === 'answer') return listeners.read(frame.output, ports)
  throw new Error('no answer')
}

it.each([[['dash', '-s']], [['busybox', 'sh', '-s']]] as const)(
  'tells by %s who listens, and that nobody does',
  async (shell) => {
    const readings = await ask(shell, [port, '1'])
    expect(readings.get(port)).toHaveLength(1)
    expect(readings.get('1')).toEqual([])
  },
)

it('tells UDP from TCP', async () => {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  const own = `${socket.address().port}/udp`
  const readings = await ask(['dash', '-s'], [own, `${port}/udp`])
  socket.close()
  expect(readings.get(own)).toHaveLength(1)
  expect(readings.get(`${port}/udp`)).toEqual([])
})
