import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

needs('root', 'nginx', 'haproxy')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-proxies-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What a program says of a configuration; nothing of a good one. */
function says(command: readonly string[], text: string): string {
  const path = join(folder, 'configuration')
  writeFileSync(path, text)
  const [program = '', ...words] = command
  return execFileSync(program, [...words, path], { encoding: 'utf8', stdio: 'pipe' })
}

const services: readonly (readonly [string, Words])[] = [
  ['with nothing said', {}],
  [
    'with every word',
    { check: { type: 'http', path: '/up?a=%20b', status: 204, host: 'example.org', port: 81 } },
  ],
  [
    'with a check that is not tried again',
    { check: { type: 'tcp', retries: 0, interval: 0.3, timeout: 0.1 } },
  ],
  ['with several statuses', { check: { type: 'http', status: ['200-299', 301] } }],
  ['by source', { scheduler: 'sh' }],
  ['by connections', { scheduler: 'lc' }],
  ['by a cookie', { sticky: {}, scheduler: 'lc' }],
  [
    'with answers changed',
    {
      compress: true,
      static_max_age: 86_400,
      security_headers: { 'Content-Security-Policy': "default-src 'self'; img-src *" },
    },
  ],
  ['with limits', { limits: { requests: 50, connections: 20, except: ['192.0.2.9/24', 'fd00::7'] } }],
  ['by a cookie of the application', { sticky: { cookie: 'JSESSIONID', by: 'application' }, max_body: '3m' }],
]
const told = (balancer: string, service: Words, words: Words = {}) =>
  machines({ ...healthy, balancer, backend: 'none', services: [{ port: 80, ...service }], ...words })
/** Networks that are written in more ways than one. */
const behindProxies = { trusted_proxies: ['192.0.2.9/24', '192.0.2.0/24', '203.0.113.5', '2001:DB8::1/32'] }

/** Lines of the user in every part. */
const ownLines = {
  nginx: {
    service: {
      extra: {
        frontend: '        large_client_header_buffers 4 16k;',
        location: '            proxy_buffers 8 16k;',
        backend: '        keepalive_requests 100;',
        servers: 'max_conns=99',
      },
    },
    extra: {
      nginx: { main: 'timer_resolution 100ms;', events: '    multi_accept on;', http: '    gzip on;' },
    },
  },
  haproxy: {
    service: {
      extra: {
        frontend: '    rate-limit sessions 900',
        backend: '    fullconn 900',
        servers: 'maxconn 99',
      },
    },
    extra: {
      haproxy: {
        global: '    tune.bufsize 32768',
        defaults: '    timeout queue 3s',
        sections: 'listen own\n    mode http\n    bind 127.0.0.1:8411\n    timeout client 1s\n',
      },
    },
  },
} as const

describe('the configuration of a balancer', () => {
  it.each(['nginx', 'haproxy'] as const)(
    'is accepted by %s with lines of the user in every part',
    (balancer) => {
      const { service, extra } = ownLines[balancer]
      const members = told(balancer, { ...service, sticky: {} }, { extra })
      const text = balancer === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
      const command =
        balancer === 'nginx' ? ['nginx', '-t', '-q', '-c'] : ['haproxy', '-c', '-q', '-dW', '-f']
      expect(says(command, text.replace('/run/nginx.pid', `${folder}/pid`))).toBe('')
    },
  )

  it.each(services)('is accepted by nginx: %s', (_, service) => {
    // Ports and files of this computer stay untouched.
    const text = balancerNginxConf(told('nginx', service)).replace('/run/nginx.pid', `${folder}/pid`)
    expect(says(['nginx', '-t', '-q', '-c'], text)).toBe('')
  })

  it.each<readonly [string, Words]>([
    ['nginx', { mode: 'http', proxy_protocol: { in: true } }],
    ['haproxy', { mode: 'http', proxy_protocol: { in: true, out: 'v2' } }],
    ['haproxy', { mode: 'tcp', proxy_protocol: { in: true, out: 'v1' }, check: { type: 'http', port: 81 } }],
  ])('is accepted with the PROXY protocol: %s %j', (balancer, service) => {
    const members = told(balancer, service, behindProxies)
    const text = balancer === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
    const command = balancer === 'nginx' ? ['nginx', '-t', '-q', '-c'] : ['haproxy', '-c', '-q', '-dW', '-f']
    expect(says(command, text.replace('/run/nginx.pid', `${folder}/pid`))).toBe('')
  })

  it('is accepted behind proxies', () => {
    const text = balancerNginxConf(told('nginx', {}, behindProxies)).replace(
      '/run/nginx.pid',
      `${folder}/pid`,
    )
    expect(text).toContain('set_real_ip_from 2001:db8::/32;')
    expect(says(['nginx', '-t', '-q', '-c'], text)).toBe('')
    expect(says(['haproxy', '-c', '-q', '-dW', '-f'], haproxyCfg(told('haproxy', {}, behindProxies)))).toBe(
      '',
    )
  })

  it('is accepted by nginx: of a machine that is a realserver, too', () => {
    const cluster = { ...healthy, balancer: 'nginx', services: [{ port: 8090, backend_port: 8091 }] }
    const both = member('d1', '10.77.0.11', ['directors', 'realservers'], { cluster })
    const text = balancerNginxConf(machines(cluster, [both])).replace('/run/nginx.pid', `${folder}/pid`)
    expect(text).toContain('listen 8091 default_server')
    expect(says(['nginx', '-t', '-q', '-c'], text)).toBe('')
  })

  it.each([
    ...services,
    ['over TLS', { check: { type: 'https', host: 'example.org' } }] as const,
    ['over plain connections', { mode: 'tcp', check: { type: 'tcp' } }] as const,
  ])('is accepted by HAProxy: %s', (_, service) => {
    // Warnings are printed even so.
    expect(says(['haproxy', '-c', '-q', '-dW', '-f'], haproxyCfg(told('haproxy', service)))).toBe('')
  })

  it.each([
    [{ port: 8404 }, 'bind 127.0.0.1:8404\n', false],
    [{ port: 8404, address: '*' }, 'bind 127.0.0.1:8404\n', false],
    [{ port: 8404, user: 'ops', password: 'pa#ss' }, 'bind 10.77.0.11:8404\n', true],
    [{ port: 8404, user: 'ops', password: 'of my own', address: '*' }, 'bind *:8404\n', true],
  ])('shows the page of HAProxy to nobody from elsewhere without a password: %j', (stats, bind, asks) => {
    const text = haproxyCfg(told('haproxy', {}), stats)
    expect(text).toContain(bind)
    expect(text.includes('stats auth ')).toBe(asks)
    expect(says(['haproxy', '-c', '-q', '-dW', '-f'], text)).toBe('')
  })
})
