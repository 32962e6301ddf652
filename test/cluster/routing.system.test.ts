import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Asked, claimantOf } from '../../src/cluster/claims.ts'
import { nameFilesOf } from '../../src/cluster/name-files.ts'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'
import { clusterOf, healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

needs('root', 'nginx', 'haproxy')

const names = ['one', 'two', 'three', 'four'] as const
const servers: Server[] = []
const pools: Record<string, { readonly port: number; readonly max_body?: string }> = {}
let folder = ''
let running: ChildProcess | undefined

/** Each pool is one server here, which says its name. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-requests-'))
  chmodSync(folder, 0o755)
  for (const name of names) {
    const server = createServer((question, answer) => question.resume().on('end', () => answer.end(name)))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    servers.push(server)
    const { port } = server.address() as AddressInfo
    pools[name] = { port, ...(name === 'two' ? { max_body: '3k' } : {}) }
  }
})
afterEach(() => running?.kill('SIGKILL'))
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})

function inventory(balancer: string, port: number, services: readonly Words[]) {
  return machines({
    ...healthy,
    balancer,
    backend: 'none',
    pools,
    services: services.map((one) => ({ port, ...one })),
  })
}

/** Starts a balancer with what is rendered for it, realservers and files of this computer in the place of theirs. */
async function start(balancer: 'nginx' | 'haproxy', port: number, services: readonly Words[]) {
  const members = inventory(balancer, port, services)
  const path = join(folder, `${balancer}.conf`)
  const made = balancer === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
  const text = made
    .replaceAll(/10\.77\.0\.2[12]/g, '127.0.0.1')
    .replaceAll(/\/run\/(?:haproxy\/)?(nginx\.pid|admin\.sock)/g, `${folder}/$1`)
    .replace('maxconn 20000', 'maxconn 100')
    .replaceAll(/\/var\/log\/nginx/g, folder)
    .replaceAll('/etc/haproxy/understudy-names', folder)
  writeFileSync(path, text)
  for (const file of nameFilesOf(clusterOf(members)))
    writeFileSync(file.path.replace('/etc/haproxy/understudy-names', folder), file.content)
  if (balancer === 'haproxy') execFileSync('haproxy', ['-c', '-q', '-dW', '-f', path])
  running =
    balancer === 'nginx'
      ? spawn('nginx', ['-c', path, '-g', 'daemon off; master_process off;'])
      : spawn('haproxy', ['-db', '-f', path])
  for (let tries = 0; tries < 100; tries += 1) {
    const isUp = await new Promise<boolean>((done) => {
      const one = createConnection(port, '127.0.0.1', () => {
        one.destroy()
        done(true)
      })
      one.on('error', () => done(false))
    })
    if (isUp) return
    await sleep(50)
  }
  throw new Error(`${balancer} does not listen`)
}

/** The pool that answers, or the status where none does. */
function answerTo({ host, path, header }: Asked, port: number, body?: string): Promise<string> {
  return new Promise((done, failed) => {
    const headers = { ...(host ? { host } : {}), ...(header ? { [header.name]: header.value } : {}) }
    const method = body === undefined ? 'GET' : 'POST'
    const size = body === undefined ? {} : { 'content-length': body.length }
    const question = { port, host: '127.0.0.1', path, method, headers: { ...headers, ...size }, agent: false }
    request(question, (answer) => {
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => done(answer.statusCode === 200 ? text : String(answer.statusCode)))
    })
      .on('error', failed)
      .end(body)
  })
}

/** Numbers that look like chance, the same each time. */
function chance(seed: number) {
  let state = seed
  return <T>(list: readonly T[]): T => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return list[Math.floor((state / 2_147_483_648) * list.length)] as T
  }
}

const hosts = ['a.org', 'b.org', '*.b.org', 'x.b.org', '*.x.b.org', 'single']
const paths = ['/', '/a', '/a/', '/a/b', '/a/b.c', '/ab', '/a/b/c']
const headers = [undefined, undefined, undefined, { name: 'X-Part', value: 'b 1' }, { name: 'X-Part' }]

/** Services and routes as nobody writes them. */
function anything(seed: number): readonly Words[] {
  const pick = chance(seed)
  const left = [...hosts]
  const some = (count: number) =>
    Array.from({ length: count }, () => left.splice(left.indexOf(pick(left)), 1)[0])
  const service = (own: readonly unknown[] | undefined): Words => {
    const seen = new Set<string>(own ? ['["/",false,null]'] : [])
    const routes = Array.from({ length: 4 }, () => {
      const narrow = own ? undefined : pick([undefined, ['deep.c.org'], ['*.c.org']])
      return {
        ...(narrow ? { hosts: narrow } : {}),
        path: pick(paths),
        exact: pick([true, false, false]),
        header: pick(headers),
        pool: pick(names),
      }
    }).filter(({ hosts: narrow, path, exact, header }) => {
      if (path === '/' && !exact && !header && !narrow) return false
      const key = JSON.stringify([narrow ?? null, path, exact, header ?? null])
      return !seen.has(key) && seen.add(key)
    })
    return {
      ...(own ? { hosts: own } : {}),
      pool: pick(names),
      routes: routes.map(({ header, ...rest }) => ({ ...rest, ...(header ? { header } : {}) })),
    }
  }
  return [service(some(1)), service(some(2)), ...(pick([true, false]) ? [service(undefined)] : [])]
}

const asked: readonly Asked[] = [
  undefined,
  'a.org',
  'b.org',
  'c.b.org',
  'x.b.org',
  'y.x.b.org',
  'deep.c.org',
  'other.c.org',
  'single',
  'none.net',
].flatMap((host) =>
  ['/', '/a', '/a/', '/a/b', '/a/b.c', '/a/bxc', '/ab', '/a/b/c/d?e=/a'].flatMap((path) =>
    [undefined, { name: 'X-Part', value: 'b 1' }, { name: 'x-part', value: 'c' }].map((header) => ({
      path,
      ...(host ? { host } : {}),
      ...(header ? { header } : {}),
    })),
  ),
)

async function said(list: readonly Asked[], port: number) {
  const answers: string[] = []
  for (const one of list) answers.push(`${JSON.stringify(one)} ${await answerTo(one, port)}`)
  return answers
}

describe.each(['nginx', 'haproxy'] as const)('names, paths and headers in %s', (balancer) => {
  it.each([1, 2, 3, 4])('lead where the model says, whatever is written (%i)', async (seed) => {
    const port = await freePort()
    const services = anything(seed)
    await start(balancer, port, services)
    const [vip] = clusterOf(inventory(balancer, port, services)).vips
    const own = Object.fromEntries(Object.entries(pools).map(([name, pool]) => [pool.port, name]))
    const expected = asked.map((one) => {
      const { path } = one
      const service = claimantOf({ ...one, path: path.split('?')[0] ?? path }, vip?.services ?? [])
      return `${JSON.stringify(one)} ${service ? own[service.backendPort] : '421'}`
    })
    expect(await said(asked, port)).toEqual(expected)
  })

  it('are read as browsers write them', async () => {
    const port = await freePort()
    await start(balancer, port, [
      { hosts: ['Shop.Example.org', '*.example.org'], pool: 'one', routes: [{ path: '/api', pool: 'two' }] },
    ])
    expect(
      await said(
        [
          { host: 'SHOP.example.ORG', path: '/' },
          { host: `shop.example.org:${port}`, path: '/' },
          { host: 'shop.example.org.', path: '/api/x' },
          { host: 'shop.example.org', path: '//api//x' },
          { host: 'shop.example.org', path: '/%61pi' },
          { host: 'example.org', path: '/' },
          { host: 'evilexample.org', path: '/' },
          { host: 'none', path: '/understudy-balancer' },
        ],
        port,
      ).then((answers) => answers.map((one) => one.split(' ').at(-1))),
    ).toEqual(['one', 'one', 'two', 'two', 'two', '421', '421', expect.any(String)])
  })

  it('lead to pools that take bodies of their own sizes', async () => {
    const port = await freePort()
    await start(balancer, port, [
      { pool: 'one', max_body: '1k', routes: [{ path: '/upload', pool: 'two' }] },
      { hosts: ['any.example.org'], pool: 'three', routes: [{ path: '/upload', pool: 'two' }] },
    ])
    const sent = (host: string, path: string, bytes: number) =>
      answerTo({ host, path }, port, 'x'.repeat(bytes))
    expect([await sent('b.org', '/', 1000), await sent('b.org', '/', 2000)]).toEqual(['one', '413'])
    expect([await sent('b.org', '/upload', 2000), await sent('b.org', '/upload', 4000)]).toEqual([
      'two',
      '413',
    ])
    // What HTTP/2 announces, HAProxy says nowhere but in the header. curl takes what HAProxy 2.6 sends then for a stream that is cancelled (92).
    if (balancer === 'haproxy') {
      const asked = [
        '-s',
        '--max-time',
        '5',
        '--http2-prior-knowledge',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
      ]
      const { status, stdout } = spawnSync(
        'curl',
        [...asked, '-H', 'Host: b.org', '--data-binary', '@-', `http://127.0.0.1:${port}/`],
        { input: 'x'.repeat(90_000), encoding: 'utf8' },
      )
      expect(['0 413', '92 000']).toContain(`${status} ${stdout}`)
    }
    expect(await sent('any.example.org', '/', 90_000)).toBe('three')
    expect(await sent('any.example.org', '/upload', 4000)).toBe('413')
  })

  it('are found among hundreds', async () => {
    const port = await freePort()
    const many = Array.from(
      { length: 300 },
      (_, index) => `site-${index}.a-rather-long-name-of-a-customer.example.com`,
    )
    await start(balancer, port, [
      { hosts: [...many, '*.de', '*.web.de'], pool: 'one' },
      { hosts: ['*.x.web.de', 'a.x.web.de'], pool: 'two' },
      { pool: 'three' },
    ])
    const list = [many[0], many[299], 'a.de', 'b.web.de', 'b.x.web.de', 'a.x.web.de', 'else'].map((host) => ({
      host: host ?? '',
      path: '/',
    }))
    expect((await said(list, port)).map((one) => one.split(' ').at(-1))).toEqual([
      'one',
      'one',
      'one',
      'one',
      'two',
      'two',
      'three',
    ])
  })
})

describe('a route that waits less than its service', () => {
  it.each(['nginx', 'haproxy'] as const)(
    'of %s is answered for when its own time is over',
    async (balancer) => {
      const slow = createServer((_, answer) => setTimeout(() => answer.end('slow'), 2500))
      await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done))
      try {
        const port = await freePort()
        await start(balancer, port, [
          {
            backend_port: (slow.address() as AddressInfo).port,
            check: { type: 'tcp' },
            answer_timeout: 20,
            routes: [{ path: '/quick', answer_timeout: 0.5 }],
          },
        ])
        const timed = async (path: string) => {
          const since = Date.now()
          return { answer: await answerTo({ path }, port), ms: Date.now() - since }
        }
        const [slowly, quickly] = await Promise.all([timed('/'), timed('/quick/one')])
        expect(slowly.answer).toBe('slow')
        expect(slowly.ms).toBeGreaterThan(2400)
        expect(quickly.answer).toBe('504')
        expect(quickly.ms).toBeLessThan(slowly.ms)
      } finally {
        slow.close()
        slow.closeAllConnections()
      }
    },
  )
})
