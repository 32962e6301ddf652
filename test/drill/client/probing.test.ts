import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOn } from '../../../src/drill/client/client.ts'
import { probe } from '../../../src/drill/client/forwarded.ts'
import { felt } from '../../../src/drill/client/outage.ts'
import type { Ask } from '../../../src/drill/client/probing.ts'
import { probeThere } from '../../../src/drill/client/there.ts'
import { createConnector } from '../../../src/transport/index.ts'
import { canServe, openSshLab } from '../../transport/sshd.ts'
import { answer, connect, hostOf, whoami } from '../../transport/talk.ts'

const now = () => performance.timeOrigin + performance.now()
const connector = createConnector({ hostKeys: 'strict', timeoutSeconds: 5, askSecret: async () => '' })
const session = await connector.connect(
  { name: 'here', address: 'localhost', connection: 'local', sshArgs: [] },
  new AbortController().signal,
)
const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'))
afterAll(async () => {
  await session[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

let server = createServer()
let port = 0
let serve: RequestListener

const page: RequestListener = (_, response) => {
  response.setHeader('X-Served-By', 'rs1')
  response.end('a page\n')
}
const listen = async (at = 0) => {
  server = createServer((request, response) => serve(request, response))
  await new Promise<void>((done) => server.listen(at, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
}
const close = () =>
  new Promise<void>((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })

beforeEach(() => {
  serve = page
  return listen()
})
afterEach(() => (server.listening ? close() : undefined))

const ways: readonly (readonly [string, Ask])[] = [
  ['through the machine', async (plan) => probe(plan, (...to) => session.dial(...to), now)],
  ['on the machine', clientOn(session, now).ask],
]
const plan = () => ({
  address: '127.0.0.1',
  port,
  path: '/',
  interval: 10,
  timeout: 500,
  atMost: 200,
  tls: false,
})

describe.for(ways)('probing %s', ([, ask]) => {
  it('sends at its rate, on our clock, and sees who answered', async () => {
    const before = now()
    const probing = await ask(plan())
    await pause(300)
    const records = await probing.stop()
    expect(records.length).toBeGreaterThan(20)
    expect(felt(records, 250).servedBy.rs1).toBe(records.length)
    expect(probing.broken).toBe(false)
    // Being late with one request must not move the next: each has its own place in time.
    const [first] = records
    for (const [index, { sent }] of records.entries())
      expect(sent - (first?.sent ?? 0)).toBeGreaterThan(index * 10 - probing.late - 2)
    // What was missed may be left out.
    expect((records.at(-1)?.sent ?? 0) - (first?.sent ?? 0)).toBeLessThan(
      records.length * 10 + 3 * probing.late,
    )
    // Clocks of two processes are compared by messages, which take their time.
    expect(first?.sent).toBeGreaterThan(before - 5)
    expect(records.at(-1)?.answered).toBeLessThan(now() + 5)
  })

  it('sees a server go and come back, and how long it was gone', async () => {
    const at = port
    const probing = await ask(plan())
    await pause(150)
    await close()
    const gone = now()
    await pause(400)
    await listen(at)
    const back = now()
    await pause(200)
    const { longest, failed } = felt(await probing.stop(), 250)
    expect(failed).toBeGreaterThan(20)
    expect(Math.abs(longest - (back - gone))).toBeLessThan(40)
  })

  it('records what it could not send any more as failed', async () => {
    serve = () => {}
    const probing = await ask({ ...plan(), atMost: 3 })
    await pause(200)
    const records = await probing.stop()
    expect(records.length).toBeGreaterThan(10)
    expect(records.every(({ verdict, answered }) => verdict === 'failed' && answered === undefined)).toBe(
      true,
    )
  })

  it.for([
    ['an error page', 'wrong', (_, response) => response.writeHead(503).end('sorry\n')],
    ['half an answer', 'failed', (_, response) => response.socket?.end('HTTP/1.1 200 OK\r\nContent')],
    [
      'a page without its end',
      'failed',
      (_, response) => response.writeHead(200, { 'Content-Length': 99 }).write('a'),
    ],
    ['no HTTP at all', 'failed', (_, response) => response.socket?.end('hello\r\n\r\n')],
  ] satisfies [string, string, RequestListener][])('calls %s %s', async ([, verdict, answer]) => {
    serve = answer
    const probing = await ask(plan())
    await pause(100)
    const records = await probing.stop()
    expect(records.every((one) => one.verdict !== 'failed' || one.answered === undefined)).toBe(true)
    expect(new Set(records.map((one) => one.verdict))).toEqual(new Set([verdict]))
  })

  it('waits for an answer that was under way, and no longer than a request may take', async () => {
    serve = (request, response) => setTimeout(() => page(request, response), 200)
    const probing = await ask({ ...plan(), interval: 1000 })
    await pause(50)
    const slow = await probing.stop()
    expect(slow.map(({ verdict }) => verdict)).toEqual(['good'])
    expect((slow[0]?.answered ?? 0) - (slow[0]?.sent ?? 0)).toBeGreaterThan(195)
    serve = () => {}
    const hung = await ask({ ...plan(), interval: 1000 })
    const before = now()
    expect((await hung.stop()).map(({ verdict }) => verdict)).toEqual(['failed'])
    expect(now() - before).toBeLessThan(1500)
  })
})

describe('probing by TLS', () => {
  const secure = async (use: (at: number) => Promise<void>) => {
    const [key, cert] = ['key', 'cert'].map((name) => join(folder, name)) as [string, string]
    const made = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=rs1 -keyout ${key} -out ${cert}`
    execFileSync('sh', ['-c', `${made} 2>/dev/null`])
    const secured = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, page)
    await new Promise<void>((done) => secured.listen(0, '127.0.0.1', done))
    await use((secured.address() as AddressInfo).port)
    secured.close()
    secured.closeAllConnections()
  }

  it('gets the page, and sees a server that speaks none', async () => {
    await secure(async (at) => {
      const served = await clientOn(session, now).ask({ ...plan(), port: at, interval: 50, tls: true })
      await pause(300)
      const records = await served.stop()
      expect(records.length).toBeGreaterThan(3)
      expect(records.every(({ verdict, servedBy }) => verdict === 'good' && servedBy === 'rs1')).toBe(true)
    })
    const refused = await clientOn(session, now).ask({ ...plan(), interval: 50, tls: true })
    await pause(100)
    expect(new Set((await refused.stop()).map(({ verdict }) => verdict))).toEqual(new Set(['failed']))
  })

  it('gives up a server that never says a word', async () => {
    const silent = createNetServer()
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    const { port: at } = silent.address() as AddressInfo
    const connected: Socket[] = []
    silent.on('connection', (socket) => connected.push(socket))
    await expect(
      session.dial({ address: '127.0.0.1', port: at, tls: true }, AbortSignal.timeout(200)),
    ).rejects.toThrow()
    const [socket] = connected
    if (!socket) throw new Error('nobody came')
    socket.resume()
    if (!socket.closed) await once(socket, 'close')
    silent.close()
  })
})

describe('the prober on the machine', () => {
  const place = { now, over: () => {} }

  /** A prober whose process is known. */
  const startKillable = async () => {
    let pid = 0
    const probing = await probeThere(plan(), {
      ...place,
      converse: async (script) => {
        const stream = await session.converse(`echo "p $$"; ${script}` as typeof script)
        return {
          write: (text) => stream.write(text),
          destroy: () => stream.destroy(),
          async *[Symbol.asyncIterator]() {
            for await (const chunk of stream) {
              pid ||= Number(/^p (\d+)/.exec(String(chunk))?.[1] ?? 0)
              yield chunk
            }
          },
        }
      },
    })
    return { probing, pid: () => pid }
  }

  it('says when it was lost', async () => {
    const { probing, pid } = await startKillable()
    await pause(100)
    process.kill(pid(), 'SIGKILL')
    const records = await probing?.stop()
    expect(probing?.broken).toBe(true)
    expect(records?.length).toBeGreaterThan(5)
  })

  it('does not blame the cluster for a time in which it was stopped itself', async () => {
    const { probing, pid } = await startKillable()
    await pause(100)
    process.kill(pid(), 'SIGSTOP')
    await pause(700)
    process.kill(pid(), 'SIGCONT')
    await pause(100)
    const records = (await probing?.stop()) ?? []
    expect(probing?.late).toBeGreaterThan(600)
    // What it missed meanwhile is not made up for all at once.
    expect(records.length).toBeLessThan(40)
    expect(felt(records, 250)).toMatchObject({ longest: 0, slow: 0, failed: 0 })
    expect(records.every(({ sent, answered = 0 }) => answered >= sent)).toBe(true)
  })

  it('ends when nobody listens any more', async () => {
    let asked = 0
    serve = (request, response) => {
      asked += 1
      page(request, response)
    }
    const streams: { destroy(): unknown }[] = []
    await probeThere(plan(), {
      ...place,
      converse: async (script) => {
        const stream = await session.converse(script)
        streams.push(stream)
        return stream
      },
    })
    await pause(100)
    for (const stream of streams) stream.destroy()
    await pause(200)
    const then = asked
    expect(then).toBeGreaterThan(5)
    await pause(300)
    expect(asked).toBe(then)
  })

  it('is not there without Perl', async () => {
    const started = await probeThere(plan(), {
      ...place,
      converse: (script) => session.converse(`PATH=/nowhere; ${script}` as typeof script),
    })
    expect(started).toBeUndefined()
  })
})

describe.skipIf(!canServe)('many VIPs at once', () => {
  it('are asked over one connection, beside other programs', async () => {
    using lab = openSshLab()
    await using over = await connect(hostOf(lab, await lab.start()))
    const client = clientOn(over, now)
    const probings = await Promise.all(
      Array.from({ length: 12 }, () => client.ask({ ...plan(), interval: 50 })),
    )
    expect(await answer(over, whoami)).toBe('root')
    await pause(300)
    for (const records of await Promise.all(probings.map((one) => one.stop()))) {
      expect(records.length).toBeGreaterThan(3)
      expect(new Set(records.map(({ verdict }) => verdict))).toEqual(new Set(['good']))
    }
  })
})
