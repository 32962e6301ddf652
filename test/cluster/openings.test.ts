import { expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import type { OpeningVariables } from '../../src/cluster/opening-variables.ts'
import { NeedsFacts } from '../../src/model/task.ts'
import { kinds } from '../../src/resources/index.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'

/** A machine knows itself; of the others it knows only what the inventory tells. */
const own: Readonly<Record<string, readonly string[]>> = {
  d1: ['eth0 10.77.0.11/24', 'eth0 2001:db8::1/64'],
  d2: ['eth0 10.77.0.12/24', 'eth0 2001:db8::2/64'],
}

/** What a machine of this cluster must hear, each in one line. */
function heard(
  host: string,
  cluster: Words,
  members = machines(cluster),
  addresses: Readonly<Record<string, readonly string[]>> = { [host]: own[host] ?? [] },
): readonly string[] {
  const facts = Object.fromEntries(
    Object.entries(addresses)
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, factsWith(...list)]),
  )
  const { openings } = clusterVariables([clusterOf(members)], knowing(facts), host)
  const allow = openings as readonly OpeningVariables[]
  // It is what the kind takes.
  kinds.firewall.schema.parse({ name: 'web', allow })
  return allow.map(({ protocol, ports, from, to, forward }) =>
    [
      forward ? 'forward' : '',
      protocol,
      ...ports,
      ...from.map((one) => `<${one}`),
      ...to.map((one) => `>${one}`),
    ]
      .join(' ')
      .trim(),
  )
}

it('is VRRP of the peers and the ports of the VIP for a director', () => {
  expect(heard('d1', healthy)).toEqual(['vrrp <10.77.0.12 >224.0.0.18', 'igmp', 'tcp 80 >10.77.0.100'])
})

it('is VRRP alone under unicast, and the connections that are told of', () => {
  const cluster = { ...healthy, vrrp: { unicast: true }, connection_sync: true }
  expect(heard('d2', cluster)).toEqual([
    'vrrp <10.77.0.11',
    'udp 8848 <10.77.0.11 >224.0.0.81',
    'tcp 80 >10.77.0.100',
  ])
})

it('comes from link-local addresses where the VIP is of IPv6', () => {
  const six = { ...healthy, vips: [{ address: '2001:db8::64', vrid: 77 }] }
  const members = ['d1', 'd2'].map((name, at) =>
    member(name, `2001:db8::${at + 1}`, ['directors'], { cluster: six }),
  )
  expect(heard('d1', six, machines(six, members))[0]).toBe('vrrp <fe80::/10 >ff02::12')
})

it('is what clients ask and what directors check for a realserver, by the way it comes', () => {
  const forwarding = (how: string, more = {}) => ({
    ...healthy,
    ...more,
    services: [{ port: 80, forwarding: how, check: { type: 'tcp', port: 8080 } }],
  })
  const checked = 'tcp 8080 <10.77.0.11 <10.77.0.12'
  expect(heard('rs1', forwarding('dr'))).toEqual([checked, 'tcp 80 >10.77.0.100'])
  expect(heard('rs1', forwarding('tun'))).toEqual([
    checked,
    'tcp 80 >10.77.0.100',
    'ipip <10.77.0.11 <10.77.0.12',
  ])
  const nat = { nat: { gateway: '10.77.0.1', clients: ['10.1.0.0/16'] } }
  expect(heard('rs1', forwarding('nat', nat))).toEqual([checked, 'tcp 80'])
  expect(heard('d1', forwarding('nat', nat))).toContain('forward tcp <10.77.0.21 <10.77.0.22 >10.1.0.0/16')
  const pinged = { ...healthy, balancer: 'nginx', services: [{ port: 80, backend_port: 8000 }] }
  expect(heard('rs1', pinged)).toContain('tcp 8000 <10.77.0.11 <10.77.0.12')
  expect(heard('client', healthy)).toEqual([])
})

it('is what the others ask of who keeps the time, and of who has the pages', () => {
  const cluster = { ...healthy, time: {}, nfs: {} }
  const nfs = member('nfs1', '10.77.0.41', ['nfs'], { cluster })
  const members = machines(cluster, [nfs])
  expect(heard('d1', cluster, members)).toContain('udp 123 <10.77.0.12 <10.77.0.21 <10.77.0.22 <10.77.0.41')
  expect(heard('nfs1', cluster, members)).toEqual(['tcp 2049 <10.77.0.21 <10.77.0.22'])
})

it('waits for facts where only a machine can tell its address', () => {
  const d2 = member('d2', 'd2.example.org', ['directors'], { cluster: healthy })
  expect(() => heard('d1', healthy, machines(healthy, [d2]))).toThrow(new NeedsFacts('d2'))
})

it("is asked of a realserver from where directors speak to it, which may be another network than the VIP's", () => {
  const cluster = {
    ...healthy,
    balancer: 'haproxy',
    backend: 'tomcat',
    vips: [{ address: '203.0.113.100', vrid: 7 }],
  }
  const members = machines(cluster, [
    member('d1', '203.0.113.11', ['directors'], { cluster }),
    member('d2', '203.0.113.12', ['directors'], { cluster }),
  ])
  const rs1 = factsWith('eth0 10.77.0.21/24')
  const told = (known: Parameters<typeof knowing>[0]) =>
    clusterVariables([clusterOf(members)], knowing(known), 'rs1')
  const directors = {
    d1: factsWith('eth0 203.0.113.11/24', 'eth1 10.77.0.11/24', 'eth0 203.0.113.100/24'),
    // A router is between: nobody knows from which of its addresses it speaks.
    d2: factsWith('eth0 203.0.113.12/24', 'eth1 172.16.5.12/24'),
  }
  const { openings, proxy_pattern } = told({ rs1, ...directors })
  expect((openings as readonly OpeningVariables[])[0]?.from).toEqual([
    '10.77.0.11',
    '203.0.113.12',
    '172.16.5.12',
  ])
  expect(proxy_pattern).toBe('10\\.77\\.0\\.11|203\\.0\\.113\\.12|172\\.16\\.5\\.12')
  expect(() => told({ rs1 }).openings).toThrow(new NeedsFacts('d1'))
})

it('is VRRP from the link that carries it, which is not always the one by which a director is reached', () => {
  const vips = [
    { address: '10.77.0.100', vrid: 77 },
    { address: '192.168.9.100', vrid: 78 },
  ]
  const cluster = { ...healthy, vips, services: [{ port: 80 }] }
  const addresses = {
    d1: ['eth0 10.77.0.11/24', 'eth0.9 192.168.9.11/24', 'eth2 172.16.0.11/24'],
    d2: ['ens3 10.77.0.12/24', 'ens4 192.168.9.12/24', 'ens5 172.16.0.12/24'],
  }
  expect(heard('d1', cluster, machines(cluster), addresses)).toEqual([
    'vrrp <10.77.0.12 >224.0.0.18',
    'igmp',
    'tcp 80 >10.77.0.100',
    'vrrp <192.168.9.12 >224.0.0.18',
    'igmp',
    'tcp 80 >192.168.9.100',
  ])
  const apart = { ...cluster, vrrp: { unicast: true, interface: 'eth2' } }
  const d2 = member('d2', '10.77.0.12', ['directors'], {
    cluster: apart,
    director: { vrrp_interface: 'ens5' },
  })
  expect(heard('d1', apart, machines(apart, [d2]), addresses)).toEqual([
    'vrrp <172.16.0.12',
    'tcp 80 >10.77.0.100',
    'vrrp <172.16.0.12',
    'tcp 80 >192.168.9.100',
  ])
})
