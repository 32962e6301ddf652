import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { handshakes, handshakeWith } from '../../src/sensors/handshakes.ts'
import { certificateFor, chained } from '../certificates.ts'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'curl', 'openssl', 'haproxy')

const root = certificateFor({ subject: 'Root', isAuthority: true })
const usual = certificateFor({ names: ['www.example.org'], by: root })
const other = certificateFor({ names: ['other.example.org'], by: root })
let folder = ''
let port = 0
let running: ChildProcess | undefined

const listens = () =>
  new Promise<boolean>((done) => {
    const one = createConnection(port, '127.0.0.1', () => {
      one.destroy()
      done(true)
    })
    one.on('error', () => done(false))
  })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-first-'))
  port = await freePort()
  for (const [name, one] of Object.entries({ usual, other }))
    writeFileSync(join(folder, `${name}.pem`), `${chained(one, root)}${one.key}`, { mode: 0o600 })
  const certificates = `crt ${folder}/usual.pem crt ${folder}/other.pem`
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    `defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 1s
frontend f
    bind 127.0.0.1:${port} accept-proxy ssl ${certificates} alpn h2,http/1.1
    http-request return status 200
`,
  )
  running = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')])
  for (let tries = 0; !(await listens()); tries += 1) {
    if (tries > 100) throw new Error('HAProxy does not listen')
    await sleep(50)
  }
})
afterAll(() => {
  running?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

it.each(shells)(
  'who takes nobody that does not say first for whom he asks shows what he has, under %s',
  async (shell) => {
    const address = '127.0.0.1'
    const questions = [
      { address, port, saysFirst: true },
      { address, port, name: 'other.example.org', saysFirst: true },
      { address, port, name: 'www.example.org' },
      { address, port: 1, saysFirst: true },
    ] as const
    const [first, second, third, fourth] = await ask(
      shell,
      handshakes,
      questions.map((one) => handshakeWith(one).subject),
    )
    const made = { made: true, version: 'TLSv1.3', protocol: 'h2', now: expect.any(Number) }
    expect(first).toEqual({
      ...made,
      certificates: [usual, root].map(({ certificate }) => certificate.trim()),
    })
    expect(second).toEqual({
      ...made,
      certificates: [other, root].map(({ certificate }) => certificate.trim()),
    })
    expect(third).toMatchObject({ made: false })
    expect(fourth).toEqual({ made: false, why: expect.stringContaining('connect') })
  },
)
