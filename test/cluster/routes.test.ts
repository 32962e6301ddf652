import { describe, expect, it } from 'vitest'
import { clusterVariables, problemsWithFacts } from '../../src/cluster/index.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const facts = {
  d1: factsWith('eth0 10.77.0.11/24', 'eth1 192.168.9.11/24', 'eth0 fd00::11/64'),
  d2: factsWith('eth0 10.77.0.12/24', 'eth1 192.168.9.12/24', 'eth0 fd00::12/64'),
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
}

const withVip = (words: Words, more: Words = {}) =>
  machines({ ...healthy, balancer: 'haproxy', ...more, vips: [{ ...healthy.vips[0], ...words }] })

const instance = (words: Words) => {
  const { vrrp } = clusterVariables([clusterOf(withVip(words))], knowing(facts), 'd1')
  return (vrrp as VrrpVariables).instances[0]
}

describe('routes and rules that move with a VIP', () => {
  it('are written as keepalived wants them', () => {
    const found = instance({
      also: ['fd00::100'],
      routes: [
        { to: '0.0.0.0/0', via: '10.77.0.1', src: '10.77.0.100', table: 100, metric: 5 },
        { to: '192.0.2.7', via: '192.168.9.1', table: 254 },
        { to: '198.51.100.0/24' },
        { to: '2001:DB8::/32', via: 'fd00:0::1' },
      ],
      rules: [
        { priority: 90, table: 100, from: '192.0.2.0/24', to: '198.51.100.9' },
        { priority: 91, table: 100, fwmark: 3, iif: 'eth1' },
      ],
    })
    expect(found?.routes).toEqual([
      '0.0.0.0/0 via 10.77.0.1 dev eth0 src 10.77.0.100 table 100 metric 5',
      '192.0.2.7/32 via 192.168.9.1 dev eth1',
      '198.51.100.0/24 dev eth0',
      '2001:db8::/32 via fd00::1 dev eth0',
    ])
    expect(found?.rules).toEqual([
      'from 192.0.2.0/24 to 198.51.100.9/32 table 100 preference 90',
      'iif eth1 fwmark 3 table 100 preference 91',
    ])
    const six = { address: 'fd00::100', rules: [{ priority: 7, table: 9, iif: 'lo' }] }
    expect(instance(six)?.rules).toEqual(['iif lo table 9 preference 7 inet6'])
  })

  const route = { to: '192.0.2.0/24', via: '10.77.0.1' }
  it.each([
    [
      { routes: [{ ...route, to: '192.0.2.9/24' }] },
      '192.0.2.9/24 is an address in a network, where a network is needed',
      'routes.0.to',
    ],
    [
      { rules: [{ priority: 9, table: 7, from: 'fd00::9/64' }] },
      'fd00::9/64 is an address in a network, where a network is needed',
      'rules.0.from',
    ],
    [
      { routes: [{ ...route, via: 'fd00::1' }] },
      'fd00::1 is of another address family than 192.0.2.0/24',
      'routes.0.via',
    ],
    [
      { rules: [{ priority: 9, table: 7, from: '192.0.2.0/24', to: 'fd00::/64' }] },
      'fd00::/64 is of another address family than 192.0.2.0/24',
      'rules.0.to',
    ],
    [
      { routes: [{ ...route, via: '10.77.0.12' }] },
      'the router 10.77.0.12 is d2 itself, which may hold the VIP',
      'routes.0.via',
    ],
    [
      { routes: [{ ...route, via: '10.77.0.100' }] },
      'the router 10.77.0.100 is an address that moves with a VIP: the holder would send packets to itself',
      'routes.0.via',
    ],
    [
      { routes: [{ to: '2001:db8::/32', via: 'FE80::1' }] },
      'FE80::1 is an address of a link, and no interface tells of which',
      'routes.0.via',
    ],
    [
      { routes: [{ ...route, src: '10.77.0.11' }] },
      '10.77.0.11 does not move with the VIP 10.77.0.100: a director without it could not use the route',
      'routes.0.src',
    ],
    [
      { routes: [route, { ...route, via: '10.77.0.2' }] },
      'two routes lead to 192.0.2.0/24: 192.0.2.0/24 via 10.77.0.1, and 192.0.2.0/24 via 10.77.0.2',
      'routes.1',
    ],
    [
      {
        rules: [
          { priority: 9, table: 7, from: '192.0.2.1' },
          { priority: 9, table: 8, to: '192.0.2.1' },
        ],
      },
      'another rule has the priority 9, too: which of them is asked first is left to chance',
      'rules.1.priority',
    ],
    [
      { rules: [{ priority: 9, table: 7 }] },
      'the rule asks table 7 for every packet: nothing tells which it concerns',
      'rules.0',
    ],
  ])('are refused where no kernel could have them: %j', (words, message, at) => {
    expect(complaint(withVip(words))).toEqual({ severity: 'error', message, at: `d1 cluster.vips.0.${at}` })
  })

  it('may differ by metric, table or family alone', () => {
    const routes = [route, { ...route, metric: 9 }, { ...route, table: 9 }, { to: '::/0', via: 'fd00::1' }]
    const rules = [
      { priority: 9, table: 9, from: '192.0.2.1' },
      { priority: 9, table: 9, from: 'fd00::/64' },
    ]
    expect(complaints(withVip({ routes, rules }))).toEqual([])
    const odd = [{ priority: 9, table: 7, from: '192.0.2.1' }]
    expect(complaints(withVip({ routes: [route], rules: odd }))).toEqual([])
    expect(complaints(withVip({ routes, rules: odd }))).toMatchObject([
      { severity: 'warning', at: 'd1 cluster.vips.0.rules.0.table' },
    ])
  })

  it('want routers and interfaces that every director has', () => {
    const seen = (words: Words) =>
      problemsWithFacts(clusterOf(withVip(words)), new Map(Object.entries(facts))).map(
        ({ message, host, path }) => `${message} at ${host} ${path.join('.')}`,
      )
    expect(seen({ routes: [{ ...route, via: '192.168.9.1' }] })).toEqual([])
    expect(seen({ routes: [{ ...route, via: '192.168.9.12' }] })).toEqual([
      'the router 192.168.9.12 is d2 itself at d2 cluster.vips.0.routes.0.via',
    ])
    expect(seen({ routes: [{ ...route, via: '172.16.0.1', dev: 'eth0' }] })[1]).toBe(
      'the router 172.16.0.1 is in no network of d2 (10.77.0.12/24, 192.168.9.12/24) at d2 cluster.vips.0.routes.0.via',
    )
    expect(
      seen({ routes: [{ ...route, dev: 'eth7' }], rules: [{ priority: 9, table: 7, iif: 'eth8' }] }).slice(
        0,
        2,
      ),
    ).toEqual([
      'd1 has no interface eth7 at d1 cluster.vips.0.routes.0.dev',
      'd1 has no interface eth8 at d1 cluster.vips.0.rules.0.iif',
    ])
    // A network that the VIP itself brings.
    const outside = { address: '203.0.113.5/29', interface: 'eth0' }
    expect(seen({ ...outside, routes: [{ to: '0.0.0.0/0', via: '203.0.113.1' }] })).toEqual([])
  })
})
