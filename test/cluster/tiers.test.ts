import { describe, expect, it } from 'vitest'
import {
  clusterVariables,
  hostsOfCluster,
  type Member,
  problemsWithFacts,
  resolveClusters,
  rolloutOrder,
  settlingTime,
} from '../../src/cluster/index.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, knowing, member } from './inventory.ts'
import { render } from './rendered.ts'
import { back, front, twoTiers } from './two-tiers.ts'

const facts = {
  d1: factsWith('eth0 10.77.0.11/24'),
  d2: factsWith('eth0 10.77.0.12/24'),
  p1: factsWith('eth0 10.77.0.21/24', 'eth1 10.78.0.21/24', 'lo 10.77.0.100/32'),
  p2: factsWith('eth0 10.77.0.22/24', 'eth1 10.78.0.22/24', 'lo 10.77.0.100/32'),
  rs1: factsWith('eth0 10.78.0.41/24'),
  rs2: factsWith('eth0 10.78.0.42/24'),
}
const variables = (members: readonly Member[], host: string): Readonly<Record<string, unknown>> =>
  clusterVariables([clusterOf(members)], knowing(facts), host)
/** Some of them: others wait for facts that nobody has here. */
const some = (members: readonly Member[], host: string, names: readonly string[]) => {
  const all = variables(members, host)
  return Object.fromEntries(names.map((name) => [name, all[name]]))
}
const ofParts = ['is_director', 'is_proxy', 'is_realserver', 'serves', 'balancer', 'cluster_name']
const ofVips = ['loopback_vips', 'tunnel_vips', 'nat', 'vip_places', 'virtual_servers', 'vrrp', 'tracking']

describe('a cluster that stands behind another', () => {
  it('is part of that one', () => {
    expect(complaints(twoTiers())).toEqual([])
    const { clusters } = resolveClusters(twoTiers())
    expect(clusters.map(({ name }) => name)).toEqual(['front'])
    const [cluster] = clusters
    expect(cluster?.realservers.map(({ host }) => host)).toEqual(['p1', 'p2'])
    expect(cluster?.behind?.vips.map(({ address }) => address)).toEqual(['10.77.0.100'])
    expect(cluster && hostsOfCluster(cluster)).toEqual(['d1', 'd2', 'p1', 'p2', 'rs1', 'rs2', 'client'])
  })

  it('comes up from the inside outwards', () => {
    const { clusters } = resolveClusters(twoTiers())
    expect(rolloutOrder(clusters, ['d1', 'p1', 'rs1', 'client', 'd2', 'p2', 'rs2'])).toEqual([
      ...['client', 'rs1', 'rs2', 'p1', 'p2', 'd2', 'd1'],
    ])
  })

  it('has directors that are realservers of the one before it, and have no keepalived', () => {
    const names = [...ofParts, ...ofVips, 'selinux_booleans']
    expect(some(twoTiers(), 'p1', names)).toEqual({
      cluster_name: 'back',
      balancer: 'nginx',
      is_director: false,
      is_proxy: true,
      is_realserver: false,
      serves: false,
      tracking: false,
      vrrp: null,
      loopback_vips: ['10.77.0.100'],
      tunnel_vips: [],
      nat: false,
      vip_places: [{ address: '10.77.0.100', devices: ['lo'], instance: null }],
      virtual_servers: [],
      selinux_booleans: ['httpd_can_network_connect'],
    })
    const proxies = variables(twoTiers(), 'p1').proxies as readonly {
      readonly pools: readonly { readonly servers: readonly { readonly endpoint: string }[] }[]
    }[]
    expect(proxies[0]?.pools[0]?.servers.map(({ endpoint }) => endpoint)).toEqual([
      '10.78.0.41:80',
      '10.78.0.42:80',
    ])
  })

  it('leaves the VIPs to none of its realservers, and has the others know what they pass on to', () => {
    expect(some(twoTiers(), 'rs1', [...ofParts, ...ofVips])).toMatchObject({
      is_realserver: true,
      is_proxy: false,
      serves: true,
      loopback_vips: [],
      vip_places: [{ address: '10.77.0.100', devices: [], instance: null }],
    })
    const [service] = variables(twoTiers(), 'd1').virtual_servers as readonly {
      readonly real_servers: readonly { readonly host: string }[]
    }[]
    expect(service?.real_servers.map(({ host }) => host)).toEqual(['p1', 'p2'])
  })

  it('takes the VIPs through tunnels, or sends its answers through the gateway, as the one before it says', () => {
    const tun = { ...front, services: [{ port: 80, forwarding: 'tun' }] }
    expect(some(twoTiers(tun), 'p2', ofVips)).toMatchObject({
      tunnel_vips: ['10.77.0.100'],
      loopback_vips: [],
    })
    const nat = {
      ...front,
      services: [{ port: 80, backend_port: 8080, forwarding: 'nat' }],
      nat: { gateway: '10.77.0.99' },
    }
    const listening = { ...back, balancer: 'haproxy', backend: 'tomcat', services: [{ port: 8080 }] }
    const members = twoTiers(nat, listening)
    expect(complaints(members)).toEqual([])
    expect(some(members, 'p1', [...ofVips, 'selinux_booleans'])).toMatchObject({
      nat: { gateway: '10.77.0.99' },
      loopback_vips: [],
      vip_places: [
        { address: '10.77.0.100', devices: [] },
        { address: '10.77.0.99', devices: [], instance: null },
      ],
      selinux_booleans: ['haproxy_connect_any'],
    })
    expect(some(members, 'rs1', ['nat', 'page_ports'])).toEqual({ nat: false, page_ports: [8080] })
    expect(String(variables(members, 'rs1').proxy_pattern)).toBe('10\\.78\\.0\\.21|10\\.78\\.0\\.22')
  })

  it('says in its pages who passed them on, and is asked for itself', () => {
    const own = {
      nginx_user: 'www-data',
      stream_module: '',
      brotli_module: '',
      sorry_root: '/',
      inventory_hostname: 'p1',
    }
    const nginx = render('balancer.nginx.conf.hbs', Object.assign(variables(twoTiers(), 'p1'), own))
    expect(nginx).toContain('add_header Via "1.1 p1" always;')
    expect(nginx).toContain('server 10.78.0.41:80 weight=1')
    const haproxy = (words: object) =>
      render(
        'haproxy.cfg.hbs',
        Object.assign(variables(twoTiers(front, { ...back, balancer: 'haproxy', ...words }), 'p1'), {
          ...{ haproxy_socket: '/run/haproxy/admin.sock', stats: { port: 0 } },
          ...own,
        }),
      )
    expect(haproxy({})).toContain('    monitor fail if { nbsrv(back_80) lt 1 }\n')
    expect(haproxy({})).toContain('http-response add-header Via "1.1 p1"')
    expect(haproxy({ services: [{ port: 80, sorry_page: true }] })).not.toContain('monitor fail')
  })

  it('hears what comes for the VIPs, and no VRRP; its realservers hear its directors alone', () => {
    const openings = (host: string) => JSON.stringify(variables(twoTiers(), host).openings)
    expect(openings('p1')).not.toContain('vrrp')
    expect(openings('p1')).toContain('"to":["10.77.0.100"]')
    expect(openings('p1')).toContain('"from":["10.77.0.11","10.77.0.12"]')
    expect(openings('rs1')).not.toContain('10.77.0.1')
  })

  it('knows names and clocks of both', () => {
    const members = twoTiers(
      { ...front, hosts_entries: true, time: {} },
      { ...back, hosts_entries: true, time: { servers: ['ntp.example.org'] } },
    )
    const names = (host: string) =>
      (variables(members, host).hosts_entries as readonly { readonly host: string }[]).map((one) => one.host)
    expect(names('d1')).toEqual(['d1', 'd2', 'p1', 'p2'])
    expect(names('p1')).toEqual(['d1', 'd2', 'p1', 'p2', 'rs1', 'rs2'])
    expect(names('rs1')).toEqual(['p1', 'p2', 'rs1', 'rs2'])
    expect(some(members, 'p1', ['keeps_time', 'time'])).toEqual({
      keeps_time: true,
      time: { servers: ['ntp.example.org'] },
    })
    expect(some(twoTiers({ ...front, time: {} }), 'p1', ['keeps_time', 'time'])).toEqual({
      keeps_time: false,
      time: { servers: [] },
    })
  })

  it('reaches its realservers by the family that they have, whatever clients come by', () => {
    const six = {
      ...front,
      vips: [
        { address: 'fd00:77::100', vrid: 76 },
        { address: '10.77.0.100', vrid: 77 },
      ],
    }
    const proxies = variables(twoTiers(six), 'p1')
    expect(proxies.serves_ipv6).toBe(true)
    expect(JSON.stringify(proxies.proxies)).toContain('"endpoint":"10.78.0.41:80"')
    expect(proxies.loopback_vips).toEqual(['fd00:77::100', '10.77.0.100'])
    const own = (name: string, address: string) => member(name, address, ['realservers'], { cluster: back })
    const both = twoTiers(front, back, [own('rs1', 'fd00:78::41'), own('rs2', 'fd00:78::42')])
    expect(JSON.stringify(variables(both, 'p1').proxies)).toContain('"endpoint":"[fd00:78::41]:80"')
    expect(variables(both, 'p1').serves_ipv6).toBe(false)
  })

  it('needs as long as both, one after the other', () => {
    const slow = { ...back, backend: 'tomcat' }
    expect(settlingTime(clusterOf(twoTiers(front, slow)))).toBeGreaterThan(
      60 + settlingTime(clusterOf(twoTiers())) - 1,
    )
  })

  it('may be in networks that the VIPs are not in', () => {
    const cluster = clusterOf(twoTiers())
    expect(problemsWithFacts(cluster, new Map(Object.entries(facts)))).toEqual([])
    const strayed = new Map([...Object.entries(facts), ['p1', factsWith('eth0 10.79.0.21/24')] as const])
    expect(problemsWithFacts(cluster, strayed).map(({ host, path }) => [host, path.join('.')])).toEqual([
      ['p1', 'realserver.address'],
    ])
  })
})

describe('lint of two tiers', () => {
  it.each([
    [
      'a cluster that is not there',
      { ...front, backend: { cluster: 'bakc' } },
      back,
      'there is no cluster bakc in the inventory',
      'd1 cluster.backend.cluster',
    ],
    [
      'itself',
      { ...front, backend: { cluster: 'front' } },
      undefined,
      'the cluster front cannot stand behind itself',
      'd1 cluster.backend.cluster',
    ],
    [
      'a proxy before it',
      { ...front, balancer: 'haproxy' },
      back,
      'haproxy would speak with clients in the place of the cluster back, which would see none of them',
      'd1 cluster.backend.cluster',
    ],
    [
      'a kernel behind it',
      front,
      { ...back, balancer: 'ipvs' },
      'the cluster back stands behind front, and a kernel does not balance what another sends it as clients sent it',
      'p1 cluster.balancer',
    ],
    [
      'nobody who balances behind it',
      front,
      { ...back, balancer: 'none', realservers: 'nobody' },
      'the cluster back stands behind front, and balances nothing',
      'p1 cluster.balancer',
    ],
    [
      'VIPs of its own',
      front,
      { ...back, vips: [{ address: '10.77.0.101', vrid: 78 }] },
      'the cluster back stands behind front, whose VIPs lead to all its directors at once: one of its own would lead to one of them',
      'p1 cluster.vips',
    ],
    [
      'words about who holds VIPs',
      front,
      { ...back, vrrp: { profile: 'fast' } },
      'vrrp is about VIPs and who holds them, and these are of the cluster front, before back',
      'p1 cluster.vrrp',
    ],
    [
      'what its clients may lose',
      front,
      { ...back, max_outage: '2 s' },
      'max_outage is about VIPs and who holds them, and these are of the cluster front, before back',
      'p1 cluster.max_outage',
    ],
    [
      'no services',
      front,
      { ...back, services: undefined },
      'nobody of the cluster back listens on tcp port 80',
      'd1 cluster.services.0.port',
    ],
    [
      'a port nobody listens to',
      { ...front, services: [{ port: 8080 }] },
      {
        ...back,
        services: [{ port: 80 }, { port: 8080 }, { port: 443, mode: 'tcp', check: { type: 'tcp' } }],
      },
      'back listens on port 80, and no service of front sends anything there',
      'd1 cluster.backend.cluster',
    ],
    [
      'a port that address translation makes of another',
      {
        ...front,
        services: [{ port: 80, backend_port: 81, forwarding: 'nat' }],
        nat: { gateway: '10.77.0.99' },
      },
      back,
      'nobody of the cluster back listens on tcp port 81: its services are on 80',
      'd1 cluster.services.0.backend_port',
    ],
    [
      'TLS that nobody speaks',
      { ...front, services: [{ port: 80, check: { type: 'https' } }] },
      back,
      'nginx of back speaks plain HTTP on port 80, and not TLS, which the check asks for',
      'd1 cluster.services.0.check.type',
    ],
    [
      'a page that nobody answers for',
      front,
      { ...back, services: [{ port: 80, mode: 'tcp', check: { type: 'tcp' } }] },
      'nginx of back passes on connections alone on port 80: it answers nothing itself, and so nobody /understudy-balancer',
      'd1 cluster.services.0.check.path',
    ],
    [
      'a page that nobody sees',
      { ...front, services: [{ port: 80 }] },
      { ...back, services: [{ port: 80, sorry_page: true }] },
      'the sorry page of back on port 80 comes with status 503, by which the check takes its machines out: no client would see it',
      'd1 cluster.backend.cluster',
    ],
    [
      'realservers of its own',
      { ...front, realservers: 'webs' },
      back,
      'the realservers of front are the directors of back, and not the group webs',
      'd1 cluster.realservers',
    ],
  ])('tells of %s', (_, ofFront, ofBack, message, at) => {
    const members = twoTiers(ofFront, ofBack ?? back).filter(
      ({ cluster }) => ofBack !== undefined || cluster?.name === 'front',
    )
    expect(complaints(members)).toContainEqual(expect.objectContaining({ message, at }))
  })

  it('tells of machines in two tiers', () => {
    const astray = member('p1', '10.77.0.21', ['proxies'], { cluster: front })
    expect(complaints(twoTiers(front, back, [astray]))).toContainEqual({
      severity: 'error',
      message:
        'p1 is in the group proxies of the cluster back, and is told of front: a machine stands in one tier',
      at: 'p1 cluster.name',
    })
    const both = member('p1', '10.77.0.21', ['proxies', 'realservers'], { cluster: back })
    expect(complaints(twoTiers(front, back, [both]))).toContainEqual({
      severity: 'error',
      message:
        'p1 is director and realserver of back, which stands behind front: a machine stands in one tier',
      at: 'p1 cluster',
    })
    const extra = member('rs9', '10.77.0.49', ['realservers'], { cluster: front })
    expect(complaints(twoTiers(front, back, [extra]))).toContainEqual(
      expect.objectContaining({
        message: 'rs9 is a realserver of front, whose realservers are the directors of back',
      }),
    )
  })

  it('tells of words about who holds VIPs that a machine behind is told', () => {
    const p1 = member('p1', '10.77.0.21', ['proxies'], { cluster: back, director: { priority: 3 } })
    expect(complaints(twoTiers(front, back, [p1]))).toEqual([
      {
        severity: 'error',
        message:
          'priority of p1 is about VIPs and who holds them, and these are of the cluster front, before back',
        at: 'p1 director.priority',
      },
    ])
  })

  it('tells of circles, of a third tier, and of two before one', () => {
    expect(complaints(twoTiers(front, { ...back, backend: { cluster: 'front' } }))).toContainEqual(
      expect.objectContaining({
        message: 'back stands before front stands before back: nobody would be the first',
      }),
    )
    const third = { name: 'third', balancer: 'nginx', directors: 'inner', services: [{ port: 80 }] }
    const inner = member('i1', '10.77.0.61', ['inner'], { cluster: third })
    expect(complaints(twoTiers(front, { ...back, backend: { cluster: 'third' } }, [inner]))).toContainEqual(
      expect.objectContaining({
        message: "back stands behind front and before third: a third tier is nobody's",
        at: 'p1 cluster.backend.cluster',
      }),
    )
    const other = { ...front, name: 'other', vips: [{ address: '10.77.0.120', vrid: 120 }] }
    const d9 = member('d9', '10.77.0.19', ['directors'], { cluster: other })
    expect(complaints(twoTiers(front, back, [d9]))).toContainEqual(
      expect.objectContaining({
        message: 'the cluster back stands behind front already',
        at: 'd9 cluster.backend.cluster',
      }),
    )
  })

  it('asks every other cluster for a VIP', () => {
    const { vips: _, ...without } = { ...front, backend: 'nginx' }
    const [first] = complaints(twoTiers(without))
    expect(first).toEqual({
      severity: 'error',
      message: 'the cluster front has no VIP: clients would have nothing to ask',
      at: 'd1 cluster.vips',
    })
  })
})
