import { describe, expect, it } from 'vitest'
import { connectionsOf } from '../../src/cluster/connections.ts'
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
      'http-request deny deny_status 413 if { req.body_size gt 20971520 }',
      'timeout server 90000',
      'timeout tunnel 7200000',
    ])
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
