import { describe, expect, it } from 'vitest'
import { connectionsOf } from '../../src/cluster/connections.ts'
import { vocabulary } from '../../src/cluster/index.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const told = (balancer: string, service: Words, words: Words = {}) =>
  machines({ ...healthy, balancer, services: [{ port: 80, ...service }], ...words })
const said = (text: string, ...starts: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => starts.some((start) => line.startsWith(start)))

describe('how many connections a balancer takes', () => {
  it('follows from the memory, half of which is for them', () => {
    const of = (memoryMiB: number, words: Words = {}) =>
      connectionsOf(clusterOf(told('haproxy', {}, words)), { memoryMiB })
    expect(of(384)).toEqual({ clients: 3000, worker: 6000, files: 12_000 })
    expect(of(100).clients).toBe(1000)
    expect(of(16_384).clients).toBe(100_000)
    expect(of(16_384)).toMatchObject({ worker: 65_536, files: 131_072 })
    expect(of(384, { max_connections: 700 })).toEqual({ clients: 700, worker: 1400, files: 2800 })
  })

  it('is said to both programs', () => {
    expect(said(haproxyCfg(told('haproxy', {})), 'maxconn')).toEqual(['maxconn 3000'])
    expect(said(balancerNginxConf(told('nginx', {})), 'worker_')).toEqual([
      'worker_processes auto;',
      'worker_rlimit_nofile 12000;',
      'worker_connections 6000;',
    ])
  })
})

describe('what takes long', () => {
  it('may take as long as the inventory says', () => {
    const words = { answer_timeout: 90, tunnel_timeout: 7200, max_body: '20m' }
    expect(
      said(balancerNginxConf(told('nginx', words)), 'proxy_read_timeout', 'client_max_body_size'),
    ).toEqual(['client_max_body_size 20m;', 'proxy_read_timeout 90000ms;', 'proxy_read_timeout 7200000ms;'])
    expect(
      said(haproxyCfg(told('haproxy', words)), 'timeout server', 'timeout tunnel', 'http-request deny'),
    ).toEqual([
      'timeout server 50s',
      'http-request deny deny_status 413 if { req.hdr_val(content-length) gt 20971520 } or { req.body_size gt 20971520 }',
      'timeout server 90000',
      'timeout tunnel 7200000',
    ])
  })

  it('may take longer or less by single routes, whose connections are those of the same realservers', () => {
    const routes = [
      { path: '/reports', answer_timeout: 120 },
      { path: '/live', tunnel_timeout: 600 },
      { path: '/reports/old', answer_timeout: 120 },
      { path: '/api', pool: 'api', answer_timeout: 2.5 },
      { path: '/api/v1', pool: 'api' },
    ]
    const of = (balancer: string) =>
      told(
        balancer,
        { answer_timeout: 20, routes },
        { pools: { api: { port: 9000, check: { type: 'tcp' } } } },
      )
    const nginx = said(
      balancerNginxConf(of('nginx')),
      'location ~',
      'location / ',
      'proxy_pass',
      'proxy_read_timeout',
    )
    const served = (start: string) => nginx.slice(nginx.indexOf(start) + 1, nginx.indexOf(start) + 3)
    const by = (pool: string, seconds: number) => [
      `proxy_pass http://web_80${pool};`,
      `proxy_read_timeout ${seconds * 1000}ms;`,
    ]
    expect(served('location ~ ^/reports(/|$) {')).toEqual(by('_wait.120', 120))
    expect(served('location ~ ^/reports/old(/|$) {')).toEqual(by('_wait.120', 120))
    expect(served('location ~ ^/live(/|$) {')).toEqual(by('_wait.-600', 20))
    expect(served('location ~ ^/api(/|$) {')).toEqual(by('_api_wait.2.5', 2.5))
    expect(served('location ~ ^/api/v1(/|$) {')).toEqual(by('_api', 20))
    expect(served('location / {')).toEqual(by('', 20))
    expect(nginx.slice(-10)).toContain('proxy_read_timeout 600000ms;')
    const haproxy = haproxyCfg(of('haproxy'))
    expect(said(haproxy, 'backend ', 'timeout server ', 'timeout tunnel ').slice(1)).toEqual([
      ...['backend web_80', 'timeout server 20000', 'timeout tunnel 3600000'],
      ...['backend web_80_wait.120', 'timeout server 120000', 'timeout tunnel 3600000'],
      ...['backend web_80_wait.-600', 'timeout server 20000', 'timeout tunnel 600000'],
      ...['backend web_80_api_wait.2.5', 'timeout server 2500', 'timeout tunnel 3600000'],
      ...['backend web_80_api', 'timeout server 20000', 'timeout tunnel 3600000'],
    ])
    expect(haproxy).toContain(
      'set-var(txn.pool) str(web_80_wait.120) if !{ var(txn.pool) -m found } { var(txn.path) -m reg ^/reports(/|$) }',
    )
  })

  it('is not said by a route that says nothing', () => {
    const routes = (route: Words) => ({
      ...healthy,
      services: [{ port: 80, routes: [{ path: '/a', ...route }] }],
    })
    expect(vocabulary.cluster.safeParse(routes({})).error?.issues).toMatchObject([
      {
        path: ['services', 0, 'routes', 0],
        message: expect.stringContaining('pool, answer_timeout or tunnel_timeout'),
      },
    ])
    expect(vocabulary.cluster.safeParse(routes({ tunnel_timeout: 9 })).success).toBe(true)
  })

  it('is left to lines of the user that say it', () => {
    const nginx = (service: Words, words: Words = {}) =>
      said(balancerNginxConf(told('nginx', service, words)), 'client_max_body_size', 'client_header_timeout')
    expect(nginx({})).toEqual(['client_header_timeout 10s;', 'client_max_body_size 0;'])
    expect(nginx({ extra: '        client_max_body_size 5m;' })).toEqual([
      'client_header_timeout 10s;',
      'client_max_body_size 5m;',
    ])
    expect(
      nginx({}, { extra: { nginx: '    client_max_body_size 5m;\n    client_header_timeout 3s;' } }),
    ).toEqual(['client_max_body_size 5m;', 'client_header_timeout 3s;'])
  })

  it.each<[Words, string, RegExp]>([
    [{ services: [{ port: 80, answer_timeout: 5 }] }, 'services.0.answer_timeout', /as they are/],
    [{ services: [{ port: 80, tunnel_timeout: 60 }] }, 'services.0.tunnel_timeout', /as they are/],
    [
      {
        balancer: 'haproxy',
        backend: 'none',
        services: [{ port: 81, mode: 'tcp', max_body: '1m', tunnel_timeout: 9 }],
      },
      'services.0.max_body',
      /unread/,
    ],
    [{ max_connections: 2000 }, 'max_connections', /counts them/],
  ])('is refused where nobody keeps it: %j', (words, at, message) => {
    expect(complaint(machines({ ...healthy, ...words }))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.${at}`,
      message: expect.stringMatching(message),
    })
  })

  it('is taken of connections that are passed on', () => {
    const service = { port: 81, mode: 'tcp', tunnel_timeout: 9, check: { type: 'tcp' } }
    expect(
      complaints(machines({ ...healthy, balancer: 'nginx', backend: 'none', services: [service] })),
    ).toEqual([])
    expect(said(balancerNginxConf(told('nginx', service), 'x.so'), 'proxy_timeout')).toEqual([
      'proxy_timeout 9000ms;',
    ])
  })
})

describe('pages that last', () => {
  const streams = [{ path: '/live' }, { path: '/news', kind: 'events', connections: 9 }]

  it('are of the service that says them, and of none of the pools that its routes lead to', () => {
    const routes = [{ path: '/api', answer_timeout: 3 }]
    const [vip] = clusterOf(told('nginx', { streams, routes })).vips
    expect(vip?.services.map((one) => one.streams.length)).toEqual([2, 0])
    expect(vip?.services[0]?.streams[0]).toEqual({ path: '/live', kind: 'websocket', connections: 5 })
  })

  it.each([
    [{ port: 80, protocol: 'udp', check: { type: 'udp' } }, 'port 80 is asked by datagrams'],
    [{ port: 81, redirect: 'https' }, 'port 81 only sends clients elsewhere'],
  ])('are refused where nothing can last: %j', (service, message) => {
    const found = complaints(
      machines({
        ...healthy,
        services: [
          { port: 443, check: { type: 'tcp' } },
          { ...service, streams },
        ],
      }),
    )
    expect(found.map((one) => one.message)).toContain(message)
  })
})
