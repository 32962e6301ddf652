import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'

const site = { name: 'shop', kind: 'site', source: { directory: './site' } }
const api = { name: 'api', kind: 'service', source: { archive: 'api.tar.gz' }, command: './server' }
const war = { name: 'crm', kind: 'war', source: { archive: 'crm.war' }, context: '/crm' }

const withApplications = (applications: readonly Words[], words: Words = {}) =>
  machines({ ...healthy, balancer: 'haproxy', ...words, applications })

const said = (members: Parameters<typeof complaints>[0]) =>
  complaints(members)
    .map(({ message }) => message)
    .join('\n')

describe('applications', () => {
  it.each([
    ['a site', [site], {}],
    ['a site of Apache', [site], { backend: 'apache' }],
    [
      'services on ports of their own',
      [
        { ...api, port: 80 },
        { ...api, name: 'b', port: 90 },
      ],
      {
        backend: 'none',
        services: [{ port: 80 }, { port: 90 }],
      },
    ],
    [
      'a program beside a site',
      [site, { ...api, port: 9000 }],
      {
        services: [
          { port: 80 },
          { port: 90, backend_port: 9000, check: { type: 'https' }, backend_tls: { verify: false } },
        ],
      },
    ],
    [
      'a program beside web applications',
      [
        { ...war, port: 8080 },
        { ...api, port: 9000 },
      ],
      { backend: 'tomcat', services: [{ port: 80 }, { port: 90, backend_port: 9000 }] },
    ],
    [
      'sites on ports of their own',
      [site, { ...site, name: 'manual', port: 90 }],
      { services: [{ port: 80 }, { port: 90 }] },
    ],
    [
      'web applications below paths of their own',
      [war, { ...war, name: 'root', context: '/' }],
      { backend: 'tomcat' },
    ],
  ])('may be %s', (_, applications, words) => {
    expect(complaints(withApplications(applications, words))).toEqual([])
  })

  it.each([
    ['nobody who balances', [site], { balancer: 'none' }, 'nothing is balanced here'],
    ['a backend that is left no port', [api], {}, 'leaves no port of the realservers to the backend nginx'],
    [
      'a program on the port of a site',
      [site, { ...api, port: 80 }],
      { services: [{ port: 80 }, { port: 90 }] },
      'api would listen on port 80, where the nginx of the realservers serves shop',
    ],
    ['a backend without Java', [war], {}, 'cannot serve the web application crm'],
    ['a backend without pages', [site], { backend: 'none' }, 'cannot serve the site shop'],
    ['two of one name', [site, site], {}, 'called shop, too'],
    ['two sites on one port', [site, { ...site, name: 'other' }], {}, 'both would be served on port 80'],
    ['one context twice', [war, { ...war, name: 'b' }], { backend: 'tomcat' }, 'both answer below /crm'],
    ['one port twice', [api, { ...api, name: 'b' }], { backend: 'none' }, 'both would listen on port 80'],
    ['nobody who runs it', [{ ...site, realservers: 'shops' }], {}, 'no realserver is in the group shops'],
    ['a port that nobody asks', [{ ...site, port: 81 }], {}, 'no service sends anything to port 81'],
  ])('are refused with %s', (_, applications, words, message) => {
    expect(said(withApplications(applications, words))).toContain(message)
  })

  it('on other realservers stand in nobody’s way', () => {
    const cluster = {
      ...healthy,
      balancer: 'haproxy',
      backend: 'none',
      services: [{ port: 80, realservers: 'a' }],
      applications: [
        { ...api, realservers: 'a' },
        { ...api, name: 'b', realservers: 'b' },
      ],
    }
    const all = machines(cluster, [
      member('rs1', '10.77.0.21', ['realservers', 'a'], { cluster }),
      member('rs2', '10.77.0.22', ['realservers', 'a'], { cluster }),
      member('rs3', '10.77.0.23', ['realservers', 'b'], { cluster }),
    ])
    expect(said(all)).not.toContain('stands in the way')
    expect(clusterOf(all).applications.map(({ hosts }) => hosts)).toEqual([['rs1', 'rs2'], ['rs3']])
  })

  it('have ports that the server of the backend leaves to them', () => {
    const services = [{ port: 80 }, { port: 90, backend_port: 9000 }]
    const variables = (words: Words) =>
      clusterVariables(
        [clusterOf(withApplications([{ ...api, port: 9000 }], { services, ...words }))],
        knowing({}),
        'rs1',
      )
    expect(variables({}).page_ports).toEqual([80])
    expect(variables({}).pages).toMatchObject([{ ports: [80] }])
    expect(variables({ backend: 'tomcat' }).page_ports).toEqual([8080])
  })

  it('have sites on their ports, a single one on all', () => {
    const services = [80, 90, 91].map((port) => ({ port }))
    const on = (applications: readonly Words[]) => {
      const told = clusterVariables(
        [clusterOf(withApplications(applications, { services }))],
        knowing({}),
        'rs1',
      )
      return { root: told.site_root, others: told.other_sites, pages: told.pages }
    }
    expect(on([{ ...site, port: 90 }])).toMatchObject({
      root: '/srv/shop/current',
      others: [],
      pages: [{ ports: [80, 90, 91], root: '/srv/shop/current' }],
    })
    expect(on([site, { ...site, name: 'manual', port: 90 }])).toMatchObject({
      root: '/srv/shop/current',
      others: [{ port: 90, root: '/srv/manual/current' }],
      pages: [
        { ports: [80, 91], root: '/srv/shop/current' },
        { ports: [90], root: '/srv/manual/current' },
      ],
    })
    expect(on([])).toMatchObject({ root: false, others: [], pages: [{ ports: [80, 90, 91], root: false }] })
  })

  it('say which pages clients get', () => {
    const facts = new Map([21, 22].map((last) => [`rs${last - 20}`, factsWith(`eth0 10.77.0.${last}/24`)]))
    const pages = (applications: readonly Words[], words: Words) => {
      const [vip] = expectedOf(clusterOf(withApplications(applications, words)), facts).vips
      return vip?.services.map(({ page, further }) => [page, ...(further ?? [])])
    }
    const health = { path: '/up', status: [200, 204], body: 'fine' }
    expect(
      pages(
        [
          { ...war, health },
          { ...war, name: 'root', context: '/' },
        ],
        { backend: 'tomcat' },
      ),
    ).toEqual([
      [
        { scheme: 'http', path: '/crm/up', status: [200, 204], body: 'fine', of: 'crm' },
        { scheme: 'http', path: '/', status: 200, of: 'root' },
      ],
    ])
    expect(pages([], {})).toEqual([[{ scheme: 'http', path: '/' }]])
    // Of a program that a route leads to, what stands beside that is somebody else's.
    const pools = { front: { port: 8080 }, api: { port: 9000, check: { type: 'http', path: '/up' } } }
    const services = [{ port: 80, pool: 'front', routes: [{ path: '/api', pool: 'api' }] }]
    const routed = (path: string) =>
      pages(
        [
          { ...site, port: 8080 },
          { ...api, port: 9000, health: { path } },
        ],
        { pools, services },
      )
    const front = [{ scheme: 'http', path: '/', status: 200, of: 'shop' }]
    expect(routed('/up')).toEqual([front, [{ scheme: 'http', path: '/api', status: '200-499' }]])
    expect(routed('/')).toEqual(routed('/up'))
    expect(routed('/api/up?deep')).toEqual([
      front,
      [{ scheme: 'http', path: '/api/up?deep', status: 200, of: 'api' }],
    ])
  })

  it('leave the ports of programs to whoever runs there', () => {
    const services = [{ port: 80 }, { port: 90, backend_port: 9000 }]
    const { ownPorts } = expectedOf(
      clusterOf(withApplications([site, { ...api, port: 9000 }], { services })),
      new Map(),
    )
    expect(ownPorts.get('rs1')).toEqual(new Set([9000]))
  })
})
