import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, nginxVariables, render } from './rendered.ts'

const trusted = { trusted_proxies: ['192.0.2.7/24', '2001:db8::/32', '192.0.2.0/24', '203.0.113.5'] }
const told = (words: Words = {}) => machines({ ...healthy, balancer: 'nginx', ...words })
const lines = (text: string, ...starts: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => starts.some((start) => line.startsWith(start)))

describe('what realservers are told of clients', () => {
  it('replaces what a client says of itself', () => {
    const nginx = balancerNginxConf(told())
    expect(nginx).not.toContain('proxy_add_x_forwarded_for')
    expect(lines(nginx, 'set_real_ip_from', 'real_ip_header')).toEqual([])
    const haproxy = haproxyCfg(told({ balancer: 'haproxy' }))
    expect(lines(haproxy, 'http-request set-header').map((line) => line.split(' ')[2])).toEqual([
      'X-Forwarded-Proto',
      'X-Forwarded-Host',
      'X-Forwarded-For',
      'X-Real-IP',
      'Forwarded',
      'Forwarded',
    ])
    expect(lines(haproxy, 'option forwardfor', 'http-request set-src')).toEqual([])
  })

  it('believes the proxies that the inventory names, each network once', () => {
    const networks = ['192.0.2.0/24', '2001:db8::/32', '203.0.113.5']
    const nginx = balancerNginxConf(told(trusted))
    expect(lines(nginx, 'set_real_ip_from')).toEqual(networks.map((one) => `set_real_ip_from ${one};`))
    const haproxy = haproxyCfg(told({ balancer: 'haproxy', ...trusted }))
    expect(lines(haproxy, 'http-request set-src')).toEqual(
      [-1, -2, -3].map(
        (nth) => `http-request set-src req.hdr_ip(X-Forwarded-For,${nth}) if { src ${networks.join(' ')} }`,
      ),
    )
  })
})

describe('whom realservers believe', () => {
  const realserver = (words: Words) =>
    lines(
      render('nginx.conf.hbs', nginxVariables({ ...healthy, ...words })),
      'set_real_ip_from',
      'real_ip_header',
    )

  it('is the directors that speak with clients', () => {
    for (const balancer of ['nginx', 'haproxy'])
      expect(realserver({ balancer, ...trusted })).toEqual([
        'set_real_ip_from 10.77.0.11;',
        'set_real_ip_from 10.77.0.12;',
        'real_ip_header X-Forwarded-For;',
      ])
  })

  it('is nobody where packets come as clients sent them, or the proxies before them', () => {
    expect(realserver({})).toEqual([])
    expect(realserver({ trusted_proxies: ['198.51.100.0/24'] })).toEqual([
      'set_real_ip_from 198.51.100.0/24;',
      'real_ip_header X-Forwarded-For;',
    ])
  })

  it('is nobody on a port to which a balancer passes on what clients say, unread', () => {
    const services = [
      { port: 80, backend_port: 8080 },
      { port: 81, backend_port: 8081, mode: 'tcp', check: { type: 'tcp' } },
      { port: 82, backend_port: 8081 },
    ]
    const text = render('nginx.conf.hbs', nginxVariables({ ...healthy, balancer: 'haproxy', services }))
    expect(lines(text, 'listen', 'set_real_ip_from')).toEqual([
      'listen 8080 default_server;',
      'set_real_ip_from 10.77.0.11;',
      'set_real_ip_from 10.77.0.12;',
      'listen 8081 default_server;',
    ])
    const known = knowing({ rs1: factsWith('eth0 10.77.0.21/24') })
    const of = (list: readonly Words[], backend: string) =>
      clusterVariables(
        [clusterOf(machines({ ...healthy, balancer: 'haproxy', backend, services: list }))],
        known,
        'rs1',
      )
    expect(of(services, 'tomcat')).toMatchObject({ proxy_pattern: '', told_by_header: false })
    expect(of(services.slice(0, 1), 'tomcat')).toMatchObject({
      proxy_pattern: '10\\.77\\.0\\.11|10\\.77\\.0\\.12',
      told_by_header: true,
    })
  })
})

describe('the PROXY protocol', () => {
  const said = (balancer: string, service: Words) => ({
    balancer,
    ...trusted,
    services: [{ port: 80, ...service }],
  })

  it('is heard from balancers before, and believed of those that are named', () => {
    const service = { proxy_protocol: { in: true } }
    const nginx = balancerNginxConf(told(said('nginx', service)))
    expect(lines(nginx, 'listen', 'real_ip_header')).toEqual([
      'real_ip_header X-Forwarded-For;',
      'listen 80 proxy_protocol default_server;',
      'real_ip_header proxy_protocol;',
    ])
    // What stands in headers there is what clients sent.
    expect(nginx).toContain('proxy_set_header X-Forwarded-Proto $scheme;')
    const haproxy = haproxyCfg(told(said('haproxy', service)))
    expect(lines(haproxy, 'bind', 'tcp-request')).toEqual([
      'bind :80 accept-proxy',
      'tcp-request connection set-var(sess.trusted) bool(true) if { src 192.0.2.0/24 2001:db8::/32 203.0.113.5 }',
      'tcp-request connection set-var(sess.peer) src',
      'tcp-request content set-src var(sess.peer) unless { var(sess.trusted) -m bool }',
    ])
    expect(lines(haproxy, 'http-request set-src')).toEqual([])
    const stream = { mode: 'tcp', proxy_protocol: { in: true, out: 'v1' }, check: { type: 'tcp' } }
    expect(lines(balancerNginxConf(told(said('nginx', stream)), 'x.so'), 'listen', 'proxy_protocol')).toEqual(
      ['listen 127.0.0.1:488;', 'listen 80 proxy_protocol;', 'proxy_protocol on;'],
    )
  })

  it('is spoken to realservers and by checks, unless these ask elsewhere', () => {
    const servers = (more: Words) =>
      lines(
        haproxyCfg(told(said('haproxy', { proxy_protocol: { out: 'v1' }, ...more }))),
        'default-server inter',
      )
    expect(servers({})).toEqual([expect.stringMatching(/ check send-proxy check-send-proxy$/)])
    expect(servers({ check: { type: 'http', port: 8081 } })).toEqual([
      expect.stringMatching(/ check port 8081 send-proxy$/),
    ])
    const cluster = {
      ...healthy,
      ...said('haproxy', { proxy_protocol: { out: 'v2' } }),
    }
    expect(
      lines(
        render('nginx.conf.hbs', nginxVariables(cluster)),
        'listen',
        'set_real_ip_from',
        'real_ip_header',
      ),
    ).toEqual([
      'listen 80 proxy_protocol default_server;',
      'set_real_ip_from 10.77.0.11;',
      'set_real_ip_from 10.77.0.12;',
      'real_ip_header proxy_protocol;',
    ])
  })

  const nothing = { backend: 'none' }
  it.each<[Words, string, RegExp]>([
    [said('ipvs', { proxy_protocol: { out: 'v1' } }), 'proxy_protocol', /see who asks/],
    [
      { ...said('haproxy', { proxy_protocol: { in: true } }), trusted_proxies: undefined },
      'proxy_protocol.in',
      /anybody/,
    ],
    [
      said('nginx', { proxy_protocol: { out: 'v1' }, check: { type: 'http' } }),
      'proxy_protocol.out',
      /only where it passes on/,
    ],
    [
      said('nginx', { mode: 'tcp', proxy_protocol: { in: true, out: 'v2' }, check: { type: 'http' } }),
      'proxy_protocol.out',
      /version 1/,
    ],
    [
      { ...said('haproxy', { proxy_protocol: { out: 'v1' } }), backend: 'tomcat' },
      'proxy_protocol.out',
      /Tomcat/,
    ],
    [
      { ...said('haproxy', { proxy_protocol: { out: 'v1' } }), backend: 'apache' },
      'proxy_protocol.out',
      /anybody says/,
    ],
  ])('is refused where nobody speaks it: %#', (words, at, message) => {
    expect(complaint(machines({ ...healthy, ...words }))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.services.0.${at}`,
      message: expect.stringMatching(message),
    })
  })

  it('is taken on a port by everybody, or by nobody', () => {
    const services = [
      { port: 80, proxy_protocol: { out: 'v1' } },
      { port: 81, backend_port: 80 },
    ]
    expect(complaint(told({ balancer: 'haproxy', services }))).toMatchObject({
      at: 'd1 cluster.services.1',
      message: expect.stringMatching(/port 80 with the PROXY protocol and without/),
    })
    expect(complaints(told({ balancer: 'haproxy', services, ...nothing }))).toEqual([])
  })
})

describe('lint', () => {
  it.each<[Words, string, RegExp]>([
    [
      { balancer: 'haproxy', trusted_proxies: ['10.0.0.0/8', '0.0.0.0/0'] },
      'trusted_proxies.1',
      /is everybody/,
    ],
    [{ balancer: 'haproxy', trusted_proxies: ['::/0'] }, 'trusted_proxies.0', /is everybody/],
    [
      {
        balancer: 'haproxy',
        trusted_proxies: ['192.0.2.1'],
        backend: 'none',
        services: [{ port: 25, mode: 'tcp', check: { type: 'tcp' } }],
      },
      'trusted_proxies',
      /haproxy passes on what clients send unread/,
    ],
    [{ trusted_proxies: ['192.0.2.1'], backend: 'none' }, 'trusted_proxies', /those are of your own/],
    [{ trusted_proxies: ['192.0.2.1'], backend: 'tomcat' }, 'trusted_proxies', /by a pattern/],
  ])('refuses proxies that nobody can believe: %j', (words, at, message) => {
    expect(complaint(machines({ ...healthy, ...words }))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.${at}`,
      message: expect.stringMatching(message),
    })
  })

  it.each<Words>([{ balancer: 'haproxy', backend: 'tomcat' }, { backend: 'apache' }, {}])(
    'has nothing against proxies that somebody believes: %j',
    (words) => {
      expect(complaints(machines({ ...healthy, trusted_proxies: ['192.0.2.0/24'], ...words }))).toEqual([])
    },
  )
})
