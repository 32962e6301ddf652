import { describe, expect, it } from 'vitest'
import { clusterVariables, type Member } from '../../src/cluster/index.ts'
import type { VirtualServer } from '../../src/cluster/ipvs-variables.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import type { Facts } from '../../src/model/facts.ts'
import { NeedsFacts } from '../../src/model/task.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member } from './inventory.ts'

const directors = { d1: factsWith('eth0 10.77.0.11/24'), d2: factsWith('eth0 10.77.0.12/24') }

function variables(host: string, members = machines(), facts: Readonly<Record<string, Facts>> = directors) {
  return clusterVariables([clusterOf(members)], knowing(facts), host)
}

const instance = (host: string, members?: readonly Member[], facts?: Readonly<Record<string, Facts>>) =>
  (variables(host, members, facts).vrrp as VrrpVariables).instances[0]

const realserversSeen = (members: readonly Member[], facts: Readonly<Record<string, Facts>>) =>
  (variables('d1', members, facts).virtual_servers as readonly VirtualServer[])[0]?.real_servers.map(
    ({ address }) => address,
  )

describe('the variables of a host', () => {
  it('tell its part', () => {
    const parts = ['d1', 'rs1', 'client'].map((host) => {
      const { is_director, is_realserver, is_client, loopback_vips, ipvs_modules } = variables(host)
      return { is_director, is_realserver, is_client, loopback_vips, ipvs_modules }
    })
    const none = { is_director: false, is_realserver: false, is_client: false }
    expect(parts).toEqual([
      { ...none, is_director: true, loopback_vips: [], ipvs_modules: ['ip_vs', 'ip_vs_wrr'] },
      { ...none, is_realserver: true, loopback_vips: ['10.77.0.100'], ipvs_modules: [] },
      { ...none, is_client: true, loopback_vips: [], ipvs_modules: [] },
    ])
  })

  it('tell of which services the whole configuration is theirs, and which a machine of another shape would have', () => {
    const of = (host: string, words: object = {}) => {
      const { services_here, former_services } = variables(host, machines({ ...healthy, ...words }), {
        ...directors,
        rs1: factsWith('eth0 10.77.0.21/24'),
      })
      return { services_here, former_services }
    }
    expect(of('d1')).toEqual({
      services_here: ['keepalived'],
      former_services: ['nginx', 'haproxy', 'apache2', 'tomcat10'],
    })
    expect(of('d1', { services: [{ port: 80, sorry_page: true }] }).services_here).toEqual([
      'keepalived',
      'nginx',
    ])
    expect(of('d1', { balancer: 'haproxy' }).services_here).toEqual(['keepalived', 'haproxy'])
    expect(of('rs1', { balancer: 'haproxy', backend: 'apache' })).toEqual({
      services_here: ['apache'],
      former_services: ['nginx', 'haproxy', 'tomcat10'],
    })
    expect(of('rs1', { backend: 'none' }).services_here).toEqual([])
  })

  it('name the interfaces that meet the cluster, as sysctl(8) does', () => {
    const nat = machines({
      ...healthy,
      services: [{ port: 80, forwarding: 'nat' }],
      nat: { gateway: '192.0.2.99' },
    })
    const facts = {
      d1: factsWith('eth0 10.77.0.11/24', 'bond0.7 192.0.2.11/24', 'eth9 198.51.100.1/24'),
      rs1: factsWith('eth1 192.0.2.21/24', 'eth9 198.51.100.1/24'),
    }
    expect(variables('d1', nat, facts).link_names).toEqual(['bond0/7', 'eth0'])
    expect(variables('rs1', nat, facts).link_names).toEqual(['eth1'])
  })

  it('are none where it has no part', () => {
    expect(variables('elsewhere')).toEqual({})
  })

  it('wait for the facts of the director alone', () => {
    const early = variables('d1', machines(), {})
    expect(early.ipvs_modules).toEqual(['ip_vs', 'ip_vs_wrr'])
    expect(early.virtual_servers).toHaveLength(1)
    expect(() => early.vrrp).toThrow(new NeedsFacts('d1'))
  })

  it('make the owner MASTER and the highest', () => {
    const members = machines({ ...healthy, vips: [{ address: '10.77.0.100', vrid: 77, owner: 'd2' }] })
    expect(instance('d1', members)).toMatchObject({ state: 'BACKUP', priority: 90 })
    expect(instance('d2', members)).toMatchObject({ state: 'MASTER', priority: 100 })
  })
})

describe('three directors', () => {
  const vips = [
    { address: '10.77.0.100', vrid: 77, owner: 'd1' },
    { address: '10.77.0.101', vrid: 78, owner: 'd2' },
    { address: '10.77.0.102', vrid: 79, owner: 'd3' },
  ]
  const members = (words: object) => {
    const cluster = { ...healthy, vips, ...words }
    return machines(cluster, [member('d3', '10.77.0.13', ['directors'], { cluster })])
  }
  const facts = { ...directors, d3: factsWith('eth0 10.77.0.13/24') }
  const instancesOf = (host: string, words: object) =>
    (variables(host, members(words), facts).vrrp as VrrpVariables).instances

  it('spread their VIPs over those that are left, whichever is lost', () => {
    const priorities = ['d1', 'd2', 'd3'].map((host) =>
      instancesOf(host, {}).map(({ state, priority }) => `${state} ${priority}`),
    )
    expect(priorities).toEqual([
      ['MASTER 100', 'BACKUP 80', 'BACKUP 90'],
      ['BACKUP 90', 'MASTER 100', 'BACKUP 80'],
      ['BACKUP 80', 'BACKUP 90', 'MASTER 100'],
    ])
  })

  it('fall below both others where what they watch fails, and hear both of them', () => {
    const [first] = instancesOf('d2', { balancer: 'haproxy', vrrp: { unicast: true } })
    expect(first?.track_weight).toBe(-22)
    expect(first?.unicast).toEqual({
      source: '10.77.0.12',
      peers: [
        { host: 'd1', address: '10.77.0.11' },
        { host: 'd3', address: '10.77.0.13' },
      ],
    })
  })
})

describe('the interface of an instance', () => {
  it('is the one in whose network the VIP is, not the one Understudy comes in by', () => {
    const managed = member('d1', '192.168.1.11', ['directors'], { cluster: healthy })
    const facts = { d1: factsWith('eth0 192.168.1.11/24', 'eth1 10.77.0.11/16') }
    expect(instance('d1', machines(healthy, [managed]), facts)).toMatchObject({
      interface: 'eth1',
      virtual_addresses: [{ cidr: '10.77.0.100/16', interface: false }],
    })
  })

  it('is not found by a VIP that is already there, whatever its prefix', () => {
    const facts = {
      d1: factsWith('lo 10.77.0.100/32', 'eth0 10.77.0.100/8', 'eth1 10.77.0.11/24', 'eth1 10.77.0.100/32'),
    }
    expect(instance('d1', machines(), facts)).toMatchObject({
      interface: 'eth1',
      virtual_addresses: [{ cidr: '10.77.0.100/24', interface: false }],
    })
  })

  it('is the one the inventory names, the host before the cluster', () => {
    const cluster = { ...healthy, interface: 'eth1' }
    const d2 = member('d2', '10.77.0.12', ['directors'], { cluster, director: { interface: 'eth0' } })
    const two = factsWith('eth0 10.77.0.11/24', 'eth1 10.77.0.13/24')
    expect(instance('d1', machines(cluster, [d2]), { d1: two })?.interface).toBe('eth1')
    expect(instance('d2', machines(cluster, [d2]), { d2: two })?.interface).toBe('eth0')
  })

  it('does not depend on the order in which facts list them', () => {
    const lists = [
      ['eth0 10.77.0.18/24', 'eth1 10.77.0.19/24'],
      ['eth1 10.77.0.19/24', 'eth0 10.77.0.18/24'],
    ]
    const found = lists.map((list) => instance('d1', machines(), { d1: factsWith(...list) })?.interface)
    expect(found).toEqual(['eth0', 'eth0'])
  })
})

describe('the address of a realserver', () => {
  it('is the one Understudy connects to', () => {
    expect(realserversSeen(machines(), {})).toEqual(['10.77.0.21', '10.77.0.22'])
  })

  it('is the one the inventory gives', () => {
    const realserver = { address: '10.77.0.29' }
    const other = member('rs2', '192.168.1.22', ['realservers'], { cluster: healthy, realserver })
    expect(realserversSeen(machines(healthy, [other]), {})).toEqual(['10.77.0.21', '10.77.0.29'])
  })

  it.each(['rs1.example.org', '127.0.0.1', '::1', 'fd00::21'])(
    'is asked from the machine where %s does not tell',
    (address) => {
      const named = member('rs1', address, ['realservers'], { cluster: healthy })
      const members = machines(healthy, [named])
      expect(() => realserversSeen(members, {})).toThrow(new NeedsFacts('rs1'))
      const facts = { rs1: factsWith('lo 10.77.0.100/32', 'eth0 10.77.0.23/24') }
      expect(realserversSeen(members, facts)).toEqual(['10.77.0.23', '10.77.0.22'])
    },
  )
})

describe('a director with several links', () => {
  const behind = ['rs1', 'rs2'].map((name, at) =>
    member(name, `192.168.9.2${at}`, ['realservers'], { cluster: { ...healthy, balancer: 'haproxy' } }),
  )
  const members = (more: object = {}) => machines({ ...healthy, balancer: 'haproxy', ...more }, behind)
  const facts = {
    d1: factsWith('eth0 10.77.0.11/24', 'eth1 192.168.9.11/24', 'eth2 172.16.0.11/24'),
    d2: factsWith('eth0 10.77.0.12/24', 'eth1 192.168.9.12/24', 'eth2 172.16.0.12/24'),
  }

  it('watches those behind which realservers are', () => {
    expect(instance('d1', members(), facts)?.tracked).toEqual(['eth1'])
    expect(instance('d1', machines(), facts)?.tracked).toEqual([])
  })

  it('watches for those that move with it, too', () => {
    const vips = [
      { address: '10.77.0.100', vrid: 77, together: 'site' },
      { address: '172.16.0.100', vrid: 78, together: 'site' },
      { address: '172.16.0.101', vrid: 79 },
    ]
    const all = clusterVariables([clusterOf(members({ vips }))], knowing(facts), 'd1').vrrp
    expect(all).toMatchObject({
      groups: [{ name: 'site', instances: ['VI_77', 'VI_78'] }],
      instances: [{ tracked: ['eth1'] }, { tracked: ['eth1'] }, { tracked: ['eth1'] }],
    })
  })

  it('speaks from the address that it is said to have, on the interface that has it', () => {
    const cluster = { ...healthy, balancer: 'haproxy' }
    const speaking = (address: string, vrrp = {}) =>
      instance(
        'd1',
        machines({ ...cluster, vrrp }, [
          ...behind,
          member('d1', '10.77.0.11', ['directors'], { cluster: { ...cluster, vrrp }, director: { address } }),
        ]),
        { ...facts, d1: factsWith('eth0 10.77.0.9/24', 'eth0 10.77.0.11/24', 'eth1 192.168.9.11/24') },
      )
    const told = (...of: Parameters<typeof speaking>) => speaking(...of)?.source
    expect(told('10.77.0.11')).toBe('10.77.0.11')
    expect(told('10.77.0.11', { unicast: true })).toBe(false)
    // A link that carries no VIP is for VRRP.
    expect(speaking('192.168.9.11')).toMatchObject({ source: '192.168.9.11', interface: 'eth1' })
    expect(speaking('192.168.9.11', { unicast: true })).toMatchObject({
      interface: 'eth1',
      unicast: { source: '192.168.9.11' },
    })
    expect(speaking('192.168.9.11', { interface: 'eth0' })).toMatchObject({
      source: false,
      interface: 'eth0',
    })
    expect(speaking('192.168.9.99')).toMatchObject({ source: false, interface: 'eth0' })
  })

  it('gives a VIP its label', () => {
    const vips = [{ address: '10.77.0.100', vrid: 77, label: '0', also: ['10.77.0.101'] }]
    expect(instance('d1', members({ vips }), facts)?.virtual_addresses).toEqual([
      { cidr: '10.77.0.100/24', interface: false, label: 'eth0:0' },
      { cidr: '10.77.0.101/24', interface: false, label: false },
    ])
  })
})
