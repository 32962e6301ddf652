import { describe, expect, it } from 'vitest'
import { type Member, problemsWithFacts } from '../../src/cluster/index.ts'
import type { Facts } from '../../src/model/facts.ts'
import { clusterOf, factsWith, healthy, machines, member } from './inventory.ts'

const usual: Readonly<Record<string, Facts>> = {
  d1: factsWith('eth0 10.77.0.11/24'),
  d2: factsWith('eth0 10.77.0.12/24'),
  rs1: factsWith('eth0 10.77.0.21/24'),
  rs2: factsWith('eth0 10.77.0.22/24'),
}

const problems = (changed: Readonly<Record<string, Facts>>, members: readonly Member[] = machines()) =>
  problemsWithFacts(clusterOf(members), new Map(Object.entries({ ...usual, ...changed })))

describe('facts', () => {
  it('of a healthy cluster give no reason to complain', () => {
    expect(problems({})).toEqual([])
  })

  it('that are not known yet give none either', () => {
    expect(problemsWithFacts(clusterOf(machines()), new Map())).toEqual([])
  })

  it('show a VIP outside the networks of a director', () => {
    const [first, ...others] = problems({ d2: factsWith('eth0 10.78.0.12/24', 'eth1 192.168.1.2/24') })
    expect(others).toEqual([])
    expect(first).toMatchObject({
      severity: 'error',
      message: 'the VIP 10.77.0.100 is outside the networks of d2 (eth0 10.78.0.12/24, eth1 192.168.1.2/24)',
      host: 'd2',
      path: ['cluster', 'vips', 0, 'address'],
    })
  })

  it('show a link that is down, whose addresses are gone, as the reason', () => {
    const there = factsWith('eth0 192.168.1.2/24')
    const down = { name: 'eth0.30', mac: '02:00:00:00:00:01', mtu: 1500, up: false, addresses: [] }
    const [first] = problems({ d2: { ...there, interfaces: { ...there.interfaces, 'eth0.30': down } } })
    expect(first?.next).toMatch(/^There eth0\.30 is down/)
  })

  it('show an address that is to move and is the router of a director now', () => {
    const routed = (gateway: string) => ({
      d1: { ...factsWith('eth0 10.77.0.11/24'), defaultRoute: { interface: 'eth0', gateway } },
    })
    const nat = { gateway: '10.77.0.99' }
    const services = [{ port: 80, forwarding: 'nat' }]
    const vips = [{ address: '10.77.0.100', also: ['10.77.0.101'], vrid: 77 }]
    const told = machines({ ...healthy, vips, services, nat })
    const found = (gateway: string) =>
      problems(routed(gateway), told)
        .filter(({ rule }) => rule === 'facts-vip-router')
        .map(({ severity, host, path }) => [severity, host, path.join('.')])
    expect(found('10.77.0.1')).toEqual([])
    expect(found('10.77.0.100')).toEqual([['error', 'd1', 'cluster.vips.0.address']])
    expect(found('10.77.0.101')).toEqual([['error', 'd1', 'cluster.vips.0.also.0']])
    expect(found('10.77.0.99')).toEqual([['error', 'd1', 'cluster.nat.gateway']])
  })

  it('show an address that is to move and that another machine has of its own, beside the one by which it is known', () => {
    const nat = { gateway: '10.77.0.99' }
    const services = [{ port: 80, forwarding: 'nat' }]
    const vips = [{ address: '10.77.0.100', also: ['fd00:0::101'], vrid: 77 }]
    const told = machines({ ...healthy, vips, services, nat })
    const found = (host: string, ...addresses: readonly string[]) =>
      problems({ [host]: factsWith('eth0 10.77.0.21/24', ...addresses) }, told)
        .filter(({ rule }) => rule === 'facts-vip-of-machine')
        .map((one) => `${one.severity} ${one.host} ${one.path.join('.')}`)
    expect(found('rs1', 'eth1 10.77.0.98/24', 'lo 10.77.0.100/32', 'tunl0 10.77.0.100/32')).toEqual([])
    expect(found('rs1', 'eth1 10.77.0.100/24')).toEqual(['error rs1 cluster.vips.0.address'])
    expect(found('rs1', 'eth1 fd00::101/64')).toEqual(['error rs1 cluster.vips.0.also.0'])
    expect(found('rs1', 'eth1 10.77.0.99/24')).toEqual(['error rs1 cluster.nat.gateway'])
    expect(found('client', 'eth0 10.77.0.99/24')).toEqual(['error client cluster.nat.gateway'])
    const direct = machines({ ...healthy, vips, services: [{ port: 80, forwarding: 'dr' }] })
    const healed = problems({ rs1: factsWith('eth0 10.77.0.21/24', 'eth1 10.77.0.100/24') }, direct)
    expect(healed.map(({ rule }) => rule)).not.toContain('facts-vip-of-machine')
    // keepalived has given it to one of the directors, or to one that is to be none any more.
    expect(found('d1', 'eth0 10.77.0.99/24')).toEqual([])
    expect(found('retired', 'eth0 10.77.0.99/24')).toEqual([])
  })

  it('show an address that is to move and from which we come to a machine, unless a director has it', () => {
    const services = [{ port: 80, forwarding: 'nat' }]
    const told = machines({ ...healthy, services, nat: { gateway: '10.77.0.99' } })
    const from = (address: string, ...own: readonly string[]) => ({
      ...factsWith(...own),
      environment: { SSH_CONNECTION: `${address} 40000 ${own[0]?.split(/[ /]/)[1]} 22` },
    })
    const found = (changed: Readonly<Record<string, Facts>>) =>
      problems(changed, told)
        .filter(({ rule }) => rule === 'facts-vip-router')
        .map(({ severity, host, path }) => [severity, host, path.join('.')])
    const rs1 = from('10.77.0.99', 'eth0 10.77.0.21/24')
    expect(found({ rs1 })).toEqual([['error', 'rs1', 'cluster.nat.gateway']])
    expect(found({ d2: from('10.77.0.100', 'eth0 10.77.0.12/24') })).toEqual([
      ['error', 'd2', 'cluster.vips.0.address'],
    ])
    expect(found({ rs1: from('10.77.0.1', 'eth0 10.77.0.21/24') })).toEqual([])
    // We come by way of a director, which shows the address that it holds.
    expect(found({ rs1, d1: factsWith('eth0 10.77.0.11/24', 'eth0 10.77.0.99/24') })).toEqual([])
  })

  it('show a VIP at either end of the network of a director, which no prefix in the inventory tells', () => {
    const found = (address: string, also: readonly string[] = []) =>
      problems(
        Object.fromEntries(
          Object.keys(usual).map((host, at) => [host, factsWith(`eth0 192.0.2.${17 + at}/28`)]),
        ),
        machines({ ...healthy, balancer: 'nginx', vips: [{ address, also, vrid: 7 }] }),
      )
        .filter(({ rule }) => rule.startsWith('facts-vip'))
        .map(({ rule, path }) => `${rule} ${path.join('.')}`)
    expect(found('192.0.2.30')).toEqual([])
    const ends = ['192.0.2.16', '192.0.2.31']
    for (const end of ends) {
      expect(new Set(found(end))).toEqual(new Set(['facts-vip-unusable cluster.vips.0.address']))
      expect(new Set(found('192.0.2.30', [end]))).toEqual(
        new Set(['facts-vip-unusable cluster.vips.0.also.0']),
      )
    }
  })

  it('doubt a prefix that is not that of the network of the interface, but that of an address alone', () => {
    const found = (address: string) =>
      problems({}, machines({ ...healthy, vips: [{ address, vrid: 7 }] })).map(
        ({ rule, severity, host }) => `${severity} ${rule} ${host}`,
      )
    expect(found('10.77.0.100/8')).toEqual(['warning facts-vip-wide d1', 'warning facts-vip-wide d2'])
    expect(found('10.77.0.100/25')).toEqual(['warning facts-vip-narrow d1', 'warning facts-vip-narrow d2'])
    for (const prefix of [24, 32]) expect(found(`10.77.0.100/${prefix}`)).toEqual([])
  })

  it('are not deceived by a VIP that is held already', () => {
    const held = { d1: factsWith('eth0 10.78.0.11/24', 'eth0 10.77.0.100/24') }
    expect(problems(held)).toHaveLength(1)
    const onLo = {
      rs1: factsWith('eth0 10.77.0.21/24', 'lo 10.77.0.100/32'),
      d1: factsWith('eth0 10.77.0.11/24', 'eth0 10.77.0.100/24'),
    }
    expect(problems(onLo)).toEqual([])
  })

  it('show a VIP whose family a director does not speak', () => {
    const six = machines({ ...healthy, vips: [{ address: 'fd00::100', vrid: 7 }] })
    const complaints = problems({}, six).map(({ message }) => message)
    expect(complaints).toContain('d1 has no IPv6 address beside which it could hold the VIP fd00::100')
    expect(complaints).toContain('rs1 has no address in the network of the VIP fd00::100')
  })

  it('show an interface that is not there, and name those that are', () => {
    const members = machines({ ...healthy, interface: 'ens3' })
    expect(problems({ d2: factsWith('ens3 10.77.0.12/24') }, members)).toEqual([
      {
        rule: 'facts-no-interface',
        severity: 'error',
        message: 'd1 has no interface ens3',
        next: 'It has eth0. Without interface the one in the network of the VIP is taken.',
        host: 'd1',
        path: ['cluster', 'interface'],
      },
    ])
  })

  it('accept a VIP outside where prefix and interface say that it is meant', () => {
    const members = machines({ ...healthy, interface: 'eth0', vips: [{ address: '10.99.0.1/32', vrid: 7 }] })
    expect(problems({}, members)).toEqual([])
    const unsaid = machines({ ...healthy, vips: [{ address: '10.99.0.1/32', vrid: 7 }] })
    expect(problems({}, unsaid)).toHaveLength(2)
  })

  it('show a realserver in another network, and the address to give', () => {
    const managed = member('rs1', '192.168.1.21', ['realservers'], { cluster: healthy })
    const two = factsWith('eth0 192.168.1.21/24', 'eth1 10.77.0.21/24')
    expect(problems({ rs1: two }, machines(healthy, [managed]))).toEqual([
      expect.objectContaining({
        message:
          '192.168.1.21 of rs1 is not in the network of the VIP 10.77.0.100, which direct routing needs',
        next: 'Set realserver: { address: 10.77.0.21 } for rs1.',
        path: ['realserver', 'address'],
      }),
    ])
  })

  const apart = { rs1: factsWith('eth0 10.77.0.21/24'), rs2: factsWith('eth0 172.16.5.22/24') }
  const publicVip = {
    d1: factsWith('eth0 10.77.0.11/24', 'eth1 203.0.113.11/24'),
    d2: factsWith('eth0 10.77.0.12/24', 'eth1 203.0.113.12/24'),
  }
  const far = (words: object) =>
    machines({ ...healthy, vips: [{ address: '203.0.113.100', vrid: 7 }], ...words }, [
      member('rs2', '172.16.5.22', ['realservers'], {
        cluster: { ...healthy, vips: [{ address: '203.0.113.100', vrid: 7 }], ...words },
      }),
    ])

  it('accept realservers in networks of their own where packets need no neighbours', () => {
    for (const balancer of ['nginx', 'haproxy'])
      expect(problems({ ...apart, ...publicVip }, far({ balancer }))).toEqual([])
    const services = [{ port: 80, forwarding: 'tun' }]
    expect(problems({ ...apart, ...publicVip }, far({ services }))).toEqual([])
    expect(problems({ ...apart, ...publicVip }, far({})).map(({ message }) => message)).toEqual([
      '10.77.0.21 of rs1 is not in the network of the VIP 203.0.113.100, which direct routing needs',
      '172.16.5.22 of rs2 is not in the network of the VIP 203.0.113.100, which direct routing needs',
    ])
  })

  it('accept realservers of another family than the VIP where the balancer speaks with clients itself', () => {
    const six = { vips: [{ address: 'fd00:20::100', vrid: 7 }] }
    const dual = (last: number) => factsWith(`eth0 10.77.0.${last}/24`, `eth1 fd00:20::${last}/64`)
    const facts = { d1: dual(11), d2: dual(12), ...apart }
    for (const balancer of ['nginx', 'haproxy'])
      expect(problems(facts, far({ ...six, balancer }))).toEqual([])
    expect(problems(facts, far({ ...six, services: [{ port: 80, forwarding: 'tun' }] }))).toHaveLength(2)
  })

  it('want the way back of address translation to lead through a neighbour that directors can be', () => {
    const translated = (gateway: string) =>
      far({ services: [{ port: 80, forwarding: 'nat' }], nat: { gateway } })
    const near = { ...publicVip, rs1: apart.rs1, rs2: factsWith('eth0 172.16.5.22/24', 'eth1 10.77.0.22/24') }
    expect(problems(near, translated('10.77.0.99'))).toEqual([])
    expect(problems({ ...near, ...apart }, translated('10.77.0.99'))).toEqual([
      expect.objectContaining({
        message:
          'rs2 has no address in the network of the gateway 10.77.0.99: its answers could not leave through the directors',
        path: ['cluster', 'nat', 'gateway'],
      }),
    ])
    expect(problems(near, translated('172.16.5.99')).map(({ message }) => message)).toEqual([
      'the gateway 172.16.5.99 is outside the networks of d1, which is to hold it with the VIP',
      'the gateway 172.16.5.99 is outside the networks of d2, which is to hold it with the VIP',
      'rs1 has no address in the network of the gateway 172.16.5.99: its answers could not leave through the directors',
    ])
  })

  it('take the only address of a machine that is reached by a name, and ask where there are several', () => {
    const cluster = { ...healthy, balancer: 'haproxy', vips: [{ address: '203.0.113.100', vrid: 7 }] }
    const named = machines(cluster, [member('rs1', 'rs1.example.org', ['realservers'], { cluster })])
    expect(problems({ ...publicVip, rs1: factsWith('eth0 192.168.9.21/24') }, named)).toEqual([])
    const two = factsWith('eth0 192.168.9.21/24', 'eth1 192.168.8.21/24')
    expect(problems({ ...publicVip, rs1: two }, named)).toEqual([
      expect.objectContaining({
        message:
          'rs1 has several addresses, 192.168.9.21, 192.168.8.21, and none in the network of the VIP 203.0.113.100: nobody knows at which the directors reach it',
        next: 'Set realserver: { address: … } for rs1 to its address at which the directors reach it.',
      }),
    ])
  })

  it('show an address that the realserver does not have', () => {
    const elsewhere = member('rs1', 'rs1', ['realservers'], {
      cluster: healthy,
      realserver: { address: '10.77.0.29' },
    })
    expect(problems({}, machines(healthy, [elsewhere]))).toEqual([
      expect.objectContaining({
        message: '10.77.0.29 is no address of rs1: the directors could not forward to it',
      }),
    ])
  })
})
