import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'
import { healthy, machines } from './inventory.ts'
import { haproxyCfg } from './rendered.ts'

needs('root', 'haproxy')

let folder = ''
let realserver: Server
let running: ChildProcess | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-reloads-'))
  chmodSync(folder, 0o755)
  realserver = createServer((_, answer) => answer.end('served'))
  await new Promise<void>((done) => realserver.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  running?.kill('SIGKILL')
  realserver?.close()
  rmSync(folder, { recursive: true })
})

/** What an answer says, and whether it ends the connection it came over. */
function asked(port: number, agent: Agent): Promise<string> {
  return new Promise((done, failed) => {
    get({ port, host: '127.0.0.1', agent }, (answer) => {
      answer.resume()
      answer.on('end', () => done(`${answer.statusCode} ${answer.headers.connection ?? 'goes on'}`))
    }).on('error', failed)
  })
}

it('lets a client that keeps its connection ask once more of a HAProxy that goes', async () => {
  const port = await freePort()
  const behind = (realserver.address() as AddressInfo).port
  const members = machines({
    ...{ ...healthy, balancer: 'haproxy', backend: 'none' },
    services: [{ port, backend_port: behind, check: { type: 'tcp' } }],
  })
  const path = join(folder, 'haproxy.cfg')
  const text = haproxyCfg(members)
    .replaceAll(/10\.77\.0\.2[12]/g, '127.0.0.1')
    .replace('/run/haproxy/admin.sock', `${folder}/admin.sock`)
    .replace('maxconn 20000', 'maxconn 100')
  writeFileSync(path, text)
  running = spawn('haproxy', ['-db', '-f', path])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let tries = 0; ; tries += 1) {
    const answer = await asked(port, agent).catch(String)
    if (answer === '200 goes on') break
    if (tries > 100) throw new Error(answer)
    await sleep(50)
  }
  // As for those that a reload replaces.
  running.kill('SIGUSR1')
  await sleep(500)
  expect(await asked(port, agent)).toBe('200 close')
  agent.destroy()
})
