import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import { certificateFor, chained } from '../certificates.ts'
import { healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const pools = { pages: { port: 8080 }, api: { port: 9000 } }
const told = (services: readonly Words[], words: Words = {}) =>
  machines({ ...healthy, balancer: 'haproxy', backend: 'none', pools, services, ...words })

/** What is said of a cluster with these services, by its place below `cluster`. */
const said = (services: readonly Words[], words: Words = {}) =>
  resolveClusters(told(services, words)).problems.map(
    ({ severity, message, path }) => `${severity} ${path.slice(1).join('.')}: ${message}`,
  )

const shop = { hosts: ['shop.example.org'], pool: 'pages', routes: [{ path: '/api', pool: 'api' }] }

describe('services that share a port by names', () => {
  it.each(['nginx', 'haproxy'])('are fine with %s', (balancer) => {
    const services = [
      { port: 80, ...shop },
      { port: 80, hosts: ['*.example.org', 'example.net'], pool: 'pages' },
      { port: 80, pool: 'api' },
      { port: 8000, routes: [{ header: { name: 'X-Part' }, pool: 'api' }] },
    ]
    expect(said(services, { balancer })).toEqual([])
  })

  it('keep what a port of one service is called, and how it is written', () => {
    expect(
      haproxyCfg(
        told([
          { port: 80, pool: 'pages' },
          { port: 81, hosts: ['a'], pool: 'api' },
        ]),
      ),
    ).toMatch(/^backend web_80_pages$[\s\S]*^backend web_81_a\._api$/m)
    expect(balancerNginxConf(told([{ port: 80 }], { balancer: 'nginx', pools: {} }))).not.toMatch(
      /location ~|return 421|location @web/,
    )
  })

  it.each<readonly [string, readonly Words[], string]>([
    ['two without names', [{ port: 80 }, { port: 80 }], 'services.1.port: tcp port 80 is listed twice'],
    [
      'the same name twice',
      [
        { port: 80, hosts: ['a', 'b'] },
        { port: 80, hosts: ['B'] },
      ],
      'services.1.hosts.0: requests for B are meant twice: services.0.hosts.1 is for them, too',
    ],
    [
      'two routes that cannot be told apart',
      [
        {
          port: 80,
          routes: [
            { path: '/a', pool: 'api' },
            { path: '/a', pool: 'pages' },
          ],
        },
      ],
      'services.0.routes.1: requests for /a are meant twice: services.0.routes.0 is for them, too',
    ],
    [
      'a route for all there is',
      [{ port: 80, routes: [{ pool: 'api' }], pool: 'pages' }],
      'services.0.routes.0: requests for / are meant twice: services.0 is for them, too',
    ],
    [
      'a route to no pool',
      [{ port: 80, pool: 'pages', routes: [{ path: '/a', pool: 'apy' }] }],
      'services.0.routes.0.pool: there is no pool apy: nobody would serve this',
    ],
    [
      'a name that does not come here',
      [{ port: 80, hosts: ['a.org'], routes: [{ hosts: ['b.org'], path: '/x', pool: 'api' }] }],
      'services.0.routes.0.hosts.0: b.org is none of the names of this service: its requests do not come here',
    ],
    [
      'what the pool says',
      [{ port: 80, pool: 'api', backend_port: 81, scheduler: 'rr', check: { type: 'tcp' } }],
      'services.0.backend_port: the pool api says that of its realservers',
    ],
    [
      'the header Host',
      [{ port: 80, routes: [{ header: { name: 'host', value: 'a' }, pool: 'api' }] }],
      'services.0.routes.0.header.name: by the header Host names are told apart, which hosts says',
    ],
    [
      'the page of balancers',
      [{ port: 80, routes: [{ path: '/understudy-balancer', pool: 'api' }] }],
      'services.0.routes.0.path: /understudy-balancer is the page that balancers answer for themselves: no request for it gets to a pool',
    ],
    [
      'connections',
      [{ port: 80, mode: 'tcp', hosts: ['a'], check: { type: 'tcp' } }],
      'services.0.hosts: mode: tcp passes on what comes as it is, and reads no names or paths',
    ],
    [
      'ports in two ways',
      [
        { port: 80, hosts: ['a'] },
        { port: 80, mode: 'tcp', check: { type: 'tcp' } },
      ],
      'services.1.mode: port 80 has mode: http in services.0, and can have one only',
    ],
  ])('are told of %s', (_, services, problem) => {
    expect(said(services)).toContain(`error ${problem}`)
  })

  it('are told of pools that nobody uses, and of what is wrong in them', () => {
    const words = { pools: { ...pools, idle: {}, lone: { realservers: 'nobody', scheduler: 'nq', port: 1 } } }
    expect(
      said(
        [
          { port: 80, ...shop },
          { port: 81, pool: 'lone' },
        ],
        words,
      ),
    ).toEqual([
      'error pools.lone.realservers: no host of the cluster is in the group nobody: nobody would serve this',
      'warning pools.idle: no service sends anything to the pool idle',
      'error pools.lone.scheduler: haproxy has no scheduler nq',
    ])
  })

  it('are no matter of IPVS', () => {
    const all = said([{ port: 80, ...shop }], { balancer: 'ipvs' })
    expect(all).toEqual(
      ['pools.pages', 'services.0.hosts', 'services.0.pool', 'services.0.routes'].map(
        (at) => `error ${at}: balancer: ipvs passes packets on unread, and knows neither names nor paths`,
      ),
    )
  })

  const root = certificateFor({ subject: 'Root', isAuthority: true })
  const pair = (...names: readonly string[]) => {
    const made = certificateFor({ names, by: root })
    return { certificate: chained(made, root), key: made.key }
  }
  const tls = (...names: readonly string[]) => ({ certificates: [pair(...names)] })

  it('speak TLS together, each name with its certificate', () => {
    const services = [
      { port: 443, hosts: ['a.org', 'www.a.org'], tls: tls('a.org', '*.a.org'), pool: 'pages' },
      { port: 443, hosts: ['b.org'], tls: tls('b.org'), pool: 'api' },
      { port: 443, hosts: ['x.a.org'], pool: 'api' },
      { port: 80, hosts: ['b.org'], redirect: 'https' },
    ]
    expect(said(services)).toEqual([])
    const text = balancerNginxConf(told(services, { balancer: 'nginx' }))
    expect([...text.matchAll(/server_name (.*);/g)].map(([, names]) => names)).toEqual([
      '*.a.org',
      'x.a.org',
      'b.org',
      'a.org www.a.org',
      '_',
      'b.org',
    ])
    expect([...text.matchAll(/ssl_certificate (.*);/g)].map(([, file]) => file?.split('/').at(-1))).toEqual([
      '443-a.org.pem',
      '443-a.org.pem',
      '443-b.org.pem',
      '443-a.org.pem',
    ])
  })

  it('are told of names that no certificate is for, and of two certificates for one', () => {
    expect(said([{ port: 443, hosts: ['a.org', '*.a.org'], tls: tls('a.org'), pool: 'api' }])).toContain(
      'error services.0.hosts.1: no certificate of port 443 is for *.a.org: they are for a.org',
    )
    const shared = ['a.org', 'b.org'].map((name) => ({
      port: 443,
      hosts: [name],
      tls: tls('a.org'),
      pool: 'api',
    }))
    expect(said(shared)).toContain(
      'error services.1.hosts.0: no certificate of port 443 is for b.org: they are for a.org',
    )
    expect(
      said([
        { port: 443, hosts: ['a.org'], tls: tls('a.org', 'b.org'), pool: 'api' },
        { port: 443, hosts: ['b.org'], tls: tls('b.org'), pool: 'pages' },
      ]),
    ).toEqual([
      'error services.1.tls.certificates.0.certificate: port 443 has another certificate for the same name, in services.0.tls.certificates.0: a client that asks for it can be shown one only',
    ])
  })

  it('have the realservers of their pools', () => {
    const cluster = {
      ...healthy,
      balancer: 'haproxy',
      backend: 'none',
      pools: { pages: { realservers: 'pages' }, api: { realservers: 'api', port: 9000, scheduler: 'lc' } },
      services: [{ port: 80, ...shop }],
    }
    const text = haproxyCfg(
      machines(cluster, [
        member('rs1', '10.77.0.21', ['realservers', 'pages'], { cluster }),
        member('rs2', '10.77.0.22', ['realservers', 'api'], { cluster }),
      ]),
    )
    expect(text).toMatch(
      /backend web_80_shop.example.org_pages[^#]*roundrobin[\s\S]*server rs1 10.77.0.21:80 /,
    )
    expect(text).toMatch(
      /backend web_80_shop.example.org_api[^#]*leastconn[\s\S]*server rs2 10.77.0.22:9000 /,
    )
    expect(text.match(/^ {4}server /gm)).toHaveLength(2)
  })
})

describe('a pool that takes longer than others', () => {
  const slow = { port: 8080, answer_timeout: 300, tunnel_timeout: 86_400 }
  const services = [
    { port: 80, pool: 'pages', answer_timeout: 20, routes: [{ path: '/export', pool: 'slow' }] },
  ]
  const words = { pools: { pages: { port: 8080 }, slow } }

  it('is waited for by nginx where a route leads to it', () => {
    const text = balancerNginxConf(told(services, { ...words, balancer: 'nginx' }))
    const waits = [...text.matchAll(/location (\S+ ?\S*) \{|proxy_read_timeout (\d+)ms/g)].map(
      ([, at, wait]) => at ?? wait,
    )
    expect(waits.filter((one) => one !== undefined).join(' ')).toMatch(
      /\/export\S* 300000 \/ 20000 .*86400000/,
    )
  })

  it('is waited for by HAProxy', () => {
    const text = haproxyCfg(told(services, words))
    const [, of = ''] = text.split('backend web_80_slow')
    expect(of).toContain('timeout server 300000')
    expect(of).toContain('timeout tunnel 86400000')
    expect(text.split('backend web_80_pages')[1]).toContain('timeout server 20000')
  })

  it('may take larger bodies than others, where nginx knows in time that it is meant', () => {
    const large = { pools: { pages: { port: 8080 }, slow: { port: 8080, max_body: '2g' } } }
    const by = (route: Words) => [
      { port: 80, pool: 'pages', max_body: '1m', routes: [{ ...route, pool: 'slow' }] },
    ]
    expect(said(by({ path: '/upload' }), { ...large, balancer: 'nginx' })).toEqual([])
    expect(said(by({ header: { name: 'X-Large' } }), large)).toEqual([])
    expect(said(by({ header: { name: 'X-Large' } }), { ...large, balancer: 'nginx' })).toEqual([
      expect.stringMatching(/^error pools\.slow\.max_body: nginx looks at the size of a body before/),
    ])
  })

  it('has requests at all', () => {
    expect(said([{ port: 80, mode: 'tcp', pool: 'slow' }], { pools: { slow } })).toContainEqual(
      expect.stringMatching(/^error pools\.slow\.answer_timeout: mode: tcp passes on/),
    )
  })
})
