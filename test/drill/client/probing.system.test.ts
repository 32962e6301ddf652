import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
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
import type { Script } from '../../../src/model/script.ts'
import { sh } from '../../../src/shell/quote.ts'
import { createConnector } from '../../../src/transport/index.ts'
import { needs } from '../../needs.ts'
import { thorough } from '../../thorough.ts'
import { openSshLab } from '../../transport/sshd.ts'
import { answer, connect, hostOf, whoami } from '../../transport/talk.ts'

needs('root', 'sshd', 'perl', 'openssl')

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
/** How often the server was asked. */
let asked = 0
const listen = async (at = 0) => {
  server = createServer((request, response) => {
    asked += 1
    serve(request, response)
  })
  await new Promise<void>((done) => server.listen(at, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
}
const close = () =>
  new Promise<void>((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })

const until = async (holds: () => boolean) => {
  while (!holds()) await pause(20)
}

beforeEach(() => {
  serve = page
  asked = 0
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
  // A busy computer is slow, and no server is to be blamed for that.
  timeout: 5000,
  atMost: 2000,
  tls: false,
})

describe.for(ways)('probing %s', ([, ask]) => {
  it('sends at its rate, on our clock, and sees who answered', async () => {
    const before = now()
    const probing = await ask(plan())
    await until(() => probing.records.length > 20)
    const records = await probing.stop()
    expect(felt(records, 5000).servedBy.rs1).toBe(records.length)
    expect(probing.broken).toBe(false)
    // Being late with one request must not move the next: each has its own place in time.
    const [first] = records
    for (const [index, { sent }] of records.entries())
      expect(sent - (first?.sent ?? 0)).toBeGreaterThan(index * 10 - probing.late - 2)
    // Clocks of two processes are compared by messages, which take their time.
    expect(first?.sent).toBeGreaterThan(before - 100)
    expect(records.at(-1)?.answered).toBeLessThan(now() + 100)
  })

  it('takes a connection that is made for an answer where there is no page, and says nothing', async () => {
    const probing = await ask({ ...plan(), path: '' })
    const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
    await until(() => count('good') > 10)
    await close()
    await until(() => count('failed') > 5)
    await probing.stop()
    expect([asked, probing.broken]).toEqual([0, false])
  })

  it('takes a connection for answered that stays, where a balancer takes all of them', async () => {
    let found = true
    const balancer = createNetServer((socket) => {
      socket.on('error', () => {})
      if (!found) socket.end()
    })
    await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done))
    const { port } = balancer.address() as AddressInfo
    const probing = await ask({ ...plan(), port, path: '', stays: 200 })
    const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
    await until(() => count('good') > 10)
    // That it has to stay is no time that its client waits.
    for (const { sent, answered = sent } of probing.records) expect(answered - sent).toBeLessThan(150)
    found = false
    await until(() => count('failed') > 10)
    found = true
    const before = count('good')
    await until(() => count('good') > before + 5)
    await probing.stop()
    balancer.close()
  })

  it('waits for the greeting of who greets', async () => {
    let [greets, after] = [true, 50]
    const balancer = createNetServer((socket) => {
      socket.on('error', () => {})
      if (greets) setTimeout(() => socket.write('220 mail'), after)
    })
    await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done))
    const { port } = balancer.address() as AddressInfo
    const probing = await ask({ ...plan(), port, path: '', stays: 200, timeout: 1500 })
    const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
    await until(() => count('good') > 10)
    for (const { sent, answered = sent } of probing.records) expect(answered - sent).toBeGreaterThan(45)
    // It goes on taking connections, and has nobody who greets.
    greets = false
    await until(() => count('failed') > 5)
    ;[greets, after] = [true, 400]
    const before = count('good')
    await until(() => count('good') > before + 5)
    const records = await probing.stop()
    expect(records.at(-1)?.verdict).toBe('good')
    balancer.close()
  })

  it('sees a server go and come back, and how long it was gone', async () => {
    const at = port
    const probing = await ask(plan())
    const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
    await until(() => count('good') > 5)
    const going = now()
    await close()
    const gone = now()
    await until(() => count('failed') > 20)
    const coming = now()
    await listen(at)
    const [back, before] = [now(), count('good')]
    await until(() => count('good') > before + 5)
    const records = await probing.stop()
    const { longest } = felt(records, 5000)
    // What was under way when the server went was sent a little before.
    const slowest = Math.max(...records.map(({ sent, answered = sent }) => answered - sent))
    const doubt = 50 + probing.late + slowest
    expect(longest).toBeGreaterThan(coming - gone - doubt)
    expect(longest).toBeLessThan(back - going + doubt)
  })

  it('records what it could not send any more as failed', async () => {
    serve = () => {}
    const probing = await ask({ ...plan(), atMost: 3, timeout: 500 })
    await until(() => probing.records.length > 10)
    const records = await probing.stop()
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
    const probing = await ask({ ...plan(), timeout: verdict === 'failed' ? 500 : 5000 })
    await until(() => probing.records.length > 5)
    const records = await probing.stop()
    expect(records.every((one) => one.verdict !== 'failed' || one.answered === undefined)).toBe(true)
    expect(new Set(records.map((one) => one.verdict))).toEqual(new Set([verdict]))
  })

  it('waits for an answer that was under way, and no longer than a request may take', async () => {
    serve = (request, response) => setTimeout(() => page(request, response), 200)
    const probing = await ask({ ...plan(), interval: 1000 })
    await until(() => asked > 0)
    const slow = await probing.stop()
    expect(new Set(slow.map(({ verdict }) => verdict))).toEqual(new Set(['good']))
    expect((slow[0]?.answered ?? 0) - (slow[0]?.sent ?? 0)).toBeGreaterThan(195)
    serve = () => {}
    const hung = await ask({ ...plan(), interval: 1000, timeout: 500 })
    const { length } = slow
    await until(() => asked > length)
    const before = now()
    expect(new Set((await hung.stop()).map(({ verdict }) => verdict))).toEqual(new Set(['failed']))
    expect(now() - before).toBeLessThan(4000)
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
      await until(() => served.records.length > 3)
      const records = await served.stop()
      expect(records.every(({ verdict, servedBy }) => verdict === 'good' && servedBy === 'rs1')).toBe(true)
    })
    const refused = await clientOn(session, now).ask({ ...plan(), interval: 50, tls: true })
    await until(() => refused.records.length > 2)
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
    if (typeof probing === 'string') throw new Error('it did not start')
    return { probing, pid: () => pid }
  }

  it('says when it was lost', async () => {
    const { probing, pid } = await startKillable()
    await until(() => probing.records.length > 5)
    process.kill(pid(), 'SIGKILL')
    const records = await probing.stop()
    expect(probing.broken).toBe(true)
    expect(records.length).toBeGreaterThan(5)
  })

  it('does not blame the cluster for a time in which it was stopped itself', async () => {
    const began = now()
    const { probing, pid } = await startKillable()
    for (let stops = 0; stops < 3; stops++) {
      const { length } = probing.records
      await until(() => probing.records.length > length + 5)
      process.kill(pid(), 'SIGSTOP')
      await pause(1000)
      process.kill(pid(), 'SIGCONT')
    }
    await until(() => probing.late > 900)
    const records = await probing.stop()
    // What it missed meanwhile is not made up for all at once.
    expect(records.length * 10).toBeLessThan(now() - began - 2500)
    expect(felt(records, 800)).toMatchObject({ longest: 0, slow: 0, failed: 0 })
    expect(records.every(({ sent, answered = 0 }) => answered >= sent)).toBe(true)
  })

  it('ends when nobody listens any more', async () => {
    const streams: { destroy(): unknown }[] = []
    await probeThere(plan(), {
      ...place,
      converse: async (script) => {
        const stream = await session.converse(script)
        streams.push(stream)
        return stream
      },
    })
    await until(() => asked > 5)
    for (const stream of streams) stream.destroy()
    for (let before = 0; asked > before; await pause(500)) before = asked
  })

  it('is not there without Perl', async () => {
    const started = await probeThere(plan(), {
      ...place,
      converse: (script) => session.converse(`PATH=/nowhere; ${script}` as typeof script),
    })
    expect(started).toBe('unable')
  })

  if (thorough)
    it('is late where the machine has not started it in time', async () => {
      const started = await probeThere(plan(), {
        ...place,
        converse: (script) => session.converse(`sleep 8; ${script}` as typeof script),
      })
      expect(started).toBe('late')
      const datagram = { ...plan(), datagram: { sent: '00', mask: '', value: '' } }
      const waited = await probeThere(datagram, {
        ...place,
        converse: (script) => session.converse(`sleep 8; ${script}` as typeof script),
      })
      expect(waited).toMatchObject({ broken: false })
      if (typeof waited !== 'string') await waited.stop()
    })
})

describe('many VIPs at once', () => {
  it('are asked over one connection, beside other programs', async () => {
    using lab = openSshLab()
    await using over = await connect(hostOf(lab, await lab.start()))
    const client = clientOn(over, now)
    const probings = await Promise.all(
      Array.from({ length: 12 }, () => client.ask({ ...plan(), interval: 250 })),
    )
    expect(await answer(over, whoami)).toBe('root')
    await until(() => probings.every(({ records }) => records.length > 3))
    for (const records of await Promise.all(probings.map((one) => one.stop()))) {
      expect(new Set(records.map(({ verdict }) => verdict))).toEqual(new Set(['good']))
    }
  })
})

it('asks by datagrams, and tells answers from errors, silence and closed ports', async () => {
  const socket = createSocket('udp4')
  const heard = new Set<string>()
  let say = ''
  socket.on('message', (message, { port: to, address }) => {
    heard.add(message.toString('hex'))
    if (say !== '') socket.send(Buffer.from(say, 'hex'), to, address)
  })
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  const datagram = { sent: '75650100000a', mask: 'ffff800f', value: '75658000' }
  const probing = await clientOn(session, now).ask({
    ...{ ...plan(), port: socket.address().port, path: '', timeout: 300, datagram },
  })
  const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
  await until(() => count('failed') > 3)
  expect(count('good') + count('wrong')).toBe(0)
  say = '7565818300'
  await until(() => count('wrong') > 3)
  say = '75658180ff'
  await until(() => count('good') > 3)
  const failed = count('failed')
  await new Promise<void>((done) => socket.close(done))
  await until(() => count('failed') > failed + 3)
  await probing.stop()
  expect([[...heard], probing.broken]).toEqual([[datagram.sent], false])
})

describe('asking an address alone', () => {
  /** In a network of its own, where the address is taken away after a while, and comes back. */
  const away = (address: string, as: string) => (script: Script) =>
    session.converse(
      sh`exec unshare -n sh -c ${[
        'ip link set lo up; echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range',
        `ip address add ${address} dev lo`,
        `(sleep 2; ip address del ${address} dev lo; sleep 1; ip address add ${address} dev lo) >/dev/null 2>&1 &`,
        `exec ${as} sh -c "$1"`,
      ].join('\n')} sh ${script}`,
    )
  const root = ''
  const nobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups'

  it.for([
    ['192.0.2.7', root],
    ['2001:db8::7', root],
    ['192.0.2.7', nobody],
    ['2001:db8::7', nobody],
  ] as const)('%s sees when it is gone: %s', async ([address, as]) => {
    const probing = await probeThere(
      { ...plan(), address, port: 0, path: '', timeout: 300, echo: true },
      { now, over: () => {}, converse: away(address, as) },
    )
    if (typeof probing === 'string') throw new Error(probing)
    const count = (verdict: string) => probing.records.filter((one) => one.verdict === verdict).length
    await until(() => count('failed') > 20)
    const good = count('good')
    await until(() => count('good') > good + 20)
    await probing.stop()
    expect([good > 20, count('wrong'), probing.broken]).toEqual([true, 0, false])
    expect(felt(probing.records, 250).outages).toHaveLength(1)
  })

  it('is not for whoever has no right to it', async () => {
    const bare = {
      ...session,
      converse: (script: Script) =>
        session.converse(
          sh`exec unshare -n setpriv --reuid=65534 --regid=65534 --clear-groups sh -c ${script}`,
        ),
    }
    const echo = { ...plan(), port: 0, path: '', echo: true as const }
    await expect(clientOn(bare, now).ask(echo)).rejects.toThrow(/ask 127\.0\.0\.1 for an echo/)
  })
})

it('refuses to ask by datagrams where nothing can send them', async () => {
  const bare = { ...session, converse: async () => session.converse(sh`exit 127`) }
  const datagram = { sent: '00', mask: '', value: '' }
  await expect(clientOn(bare, now).ask({ ...plan(), path: '', datagram })).rejects.toThrow(/has no Perl/)
})
