import { describe, expect, it } from 'vitest'
import { clusterVariables, type Member, problemsWithFacts } from '../../src/cluster/index.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'

const cluster = {
  ...healthy,
  balancer: 'haproxy',
  vips: [
    { address: '10.77.0.100', vrid: 77 },
    { address: '192.168.9.100', vrid: 78, name: 'inside', owner: 'd2' },
  ],
}

const facts = {
  d1: factsWith('eth0 10.77.0.11/24', 'eth0.9 192.168.9.11/24', 'eth2 172.16.0.11/24'),
  d2: factsWith('ens3 10.77.0.12/24', 'ens4 192.168.9.12/24', 'ens5 172.16.0.12/24'),
  d3: factsWith('enp1s0 10.77.0.13/24', 'enp1s0.9 192.168.9.13/24', 'enp2s0 172.16.0.13/24'),
}

/** Three directors, told these words. */
function three(words: Readonly<Record<string, Words>>, of: Words = cluster): readonly Member[] {
  return machines(
    of,
    [1, 2, 3].map((at) =>
      member(`d${at}`, `10.77.0.1${at}`, ['directors'], { cluster: of, director: words[`d${at}`] ?? {} }),
    ),
  )
}

function instances(host: string, members: readonly Member[]): VrrpVariables['instances'] {
  const { vrrp } = clusterVariables([clusterOf(members)], knowing(facts), host)
  return (vrrp as VrrpVariables).instances
}

const seen = (members: readonly Member[]) =>
  problemsWithFacts(clusterOf(members), new Map(Object.entries(facts))).map(
    ({ severity, message, host, path }) => ({ severity, message, at: `${host} ${path.join('.')}` }),
  )

describe('what a director is told of one VIP', () => {
  it('counts before what is said of all, by the address of the VIP or the name of its instance', () => {
    const members = three({
      d3: {
        ...{ interface: 'enp1s0', priority: 50 },
        vips: {
          '192.168.9.100': { interface: 'enp1s0.9', priority: 95, extra: '    debug 1' },
          VI_77: { address: '10.77.0.13' },
        },
      },
    })
    expect(clusterOf(members).vips.map(({ priorities }) => priorities.get('d3'))).toEqual([50, 95])
    const [outside, inside] = instances('d3', members)
    expect(outside).toMatchObject({ interface: 'enp1s0', source: '10.77.0.13', priority: 50, extra: '' })
    expect(inside).toMatchObject({ interface: 'enp1s0.9', source: false, priority: 95, extra: '    debug 1' })
    expect(instances('d1', members).map((one) => one.interface)).toEqual(['eth0', 'eth0.9'])
    expect(instances('d1', members).map((one) => one.extra)).toEqual(['', ''])
  })

  it('stands behind what is said of the VIP on all directors', () => {
    const vips = [{ address: '10.77.0.100', vrid: 77, interface: 'eth2', extra: '    # all' }]
    const d1 = { vips: { '10.77.0.100': { extra: '    # d1' } } }
    const members = three({ d1, d2: { vips: { VI_77: { interface: 'ens4' } } } }, { ...cluster, vips })
    expect(instances('d1', members)).toMatchObject([{ interface: 'eth2', extra: '    # all\n    # d1' }])
    expect(instances('d2', members)).toMatchObject([{ interface: 'ens4', extra: '    # all' }])
  })

  it('means a VIP of IPv6 in every spelling', () => {
    const vips = [{ address: 'fd00::100', vrid: 7 }]
    const d2 = { vips: { 'FD00:0::100': { priority: 33 } } }
    expect(clusterOf(three({ d2 }, { ...cluster, vips })).vips[0]?.priorities.get('d2')).toBe(33)
  })

  it('must mean a VIP', () => {
    expect(complaint(three({ d1: { vips: { '10.77.0.101': {} } } }))).toEqual({
      severity: 'error',
      message: '10.77.0.101 is no VIP of the cluster web, nor the name of a VRRP instance',
      at: 'd1 director.vips.10.77.0.101',
    })
    const also = { ...cluster, vips: [{ ...cluster.vips[0], also: ['10.77.0.102'] }] }
    expect(complaint(three({ d1: { vips: { '10.77.0.102': {} } } }, also))?.message).toBe(
      '10.77.0.102 moves with the VIP 10.77.0.100, and has no VRRP instance of its own',
    )
    expect(complaint(three({ d1: { vips: { '10.77.0.100': {}, VI_77: {} } } }))?.message).toBe(
      '10.77.0.100 and VI_77 are the same VIP',
    )
  })

  it('must leave each director a priority of its own, below that of the owner', () => {
    expect(complaint(three({ d3: { vips: { inside: { priority: 100 } } } }))).toEqual({
      severity: 'error',
      message: 'd2 and d3 have the same priority 100 for the VIP 192.168.9.100',
      at: 'd3 director.vips.inside.priority',
    })
    expect(complaint(three({ d3: { vips: { inside: { priority: 150 } } } }))?.message).toBe(
      'd2 owns the VIP 192.168.9.100, but its priority 100 is below the 150 of d3',
    )
  })

  it('must rank directors alike for VIPs that move together', () => {
    const vips = cluster.vips.map((vip) => ({ ...vip, owner: 'd1', together: 'site' }))
    const ranked = (priority: number) =>
      complaints(three({ d3: { vips: { inside: { priority } } } }, { ...cluster, vips }))
    expect(ranked(80)).toEqual([])
    expect(ranked(95)).toEqual([
      {
        severity: 'error',
        message:
          '10.77.0.100 and 192.168.9.100 are to move together (site), and their directors stand in different orders: d1 100, d2 90, d3 80, and d1 100, d3 95, d2 90',
        at: 'd3 director.vips.inside.priority',
      },
    ])
  })

  it('must be an address of its own, of the family of the VIP, that no other director speaks from', () => {
    const address = (of: string, other = '10.77.0.11') =>
      three({
        d1: { vips: { VI_77: { address: other } } },
        d2: { vips: { VI_77: { address: of } } },
      })
    expect(complaints(address('10.77.0.12'))).toEqual([])
    expect(complaint(address('192.168.9.100'))?.message).toBe(
      '192.168.9.100 is a VIP, which moves: VRRP is not spoken from it',
    )
    expect(complaint(address('fd00::12'))?.message).toBe(
      'fd00::12 is of another address family than the VIP 10.77.0.100',
    )
    expect(complaint(address('10.77.0.11'))).toEqual({
      severity: 'error',
      message: 'd1 and d2 would speak VRRP for 10.77.0.100 from the same address 10.77.0.11',
      at: 'd2 director.vips.VI_77.address',
    })
    expect(seen(address('10.77.0.99'))).toEqual([
      {
        severity: 'error',
        message: '10.77.0.99 is no address of d2: it could not speak VRRP from it',
        at: 'd2 director.vips.VI_77.address',
      },
    ])
  })

  it('must be one of its own where it is said for all VIPs, too', () => {
    expect(seen(three({ d2: { address: '10.77.0.99' } }))).toEqual([
      {
        severity: 'error',
        message: '10.77.0.99 is no address of d2: it could not speak VRRP from it',
        at: 'd2 director.address',
      },
    ])
    expect(seen(three({ d2: { address: '172.16.0.12' } }))).toEqual([])
  })
})

describe('VRRP on a link of its own', () => {
  const apart = { ...cluster, vrrp: { unicast: true } }
  const told = {
    d1: { vrrp_interface: 'eth2' },
    d2: { vips: { VI_77: { address: '172.16.0.12' }, inside: { vrrp_interface: 'ens5' } } },
    d3: { vrrp_interface: 'enp2s0' },
  }

  it('leaves the VIP where it is, which is watched', () => {
    const [outside, inside] = instances('d2', three(told, apart))
    expect(outside).toMatchObject({
      ...{ interface: 'ens5', carrier: 'ens3' },
      virtual_addresses: [{ cidr: '10.77.0.100/24', interface: 'ens3' }],
      unicast: {
        source: '172.16.0.12',
        peers: [
          { host: 'd1', address: '172.16.0.11' },
          { host: 'd3', address: '172.16.0.13' },
        ],
      },
    })
    expect(inside).toMatchObject({
      ...{ interface: 'ens5', carrier: 'ens4' },
      virtual_addresses: [{ cidr: '192.168.9.100/24', interface: 'ens4' }],
    })
    expect(instances('d1', three({}, apart))[0]).toMatchObject({ interface: 'eth0', carrier: false })
  })

  it('gives labels by the interface that carries the VIP', () => {
    const vips = [{ ...cluster.vips[0], label: 'web', also: ['192.168.9.101'], vrrp_interface: 'eth2' }]
    expect(instances('d1', three({}, { ...apart, vips }))[0]?.virtual_addresses).toEqual([
      { cidr: '10.77.0.100/24', interface: 'eth0', label: 'eth0:web' },
      { cidr: '192.168.9.101/24', interface: 'eth0.9', label: false },
    ])
  })

  it('is the one where each VIP says so, before that of the cluster', () => {
    const vips = [cluster.vips[0], { ...cluster.vips[1], vrrp_interface: 'eth0' }]
    const found = instances('d1', three({}, { ...cluster, vips, vrrp: { interface: 'eth2' } }))
    expect(found.map((one) => one.interface)).toEqual(['eth2', 'eth0'])
    const d2 = { vips: { VI_77: { address: '172.16.0.12' }, inside: { vrrp_interface: 'ens3' } } }
    const near = instances('d2', three({ d2 }, { ...cluster, vips, vrrp: { interface: 'eth2' } }))
    expect(near.map((one) => one.interface)).toEqual(['ens5', 'ens3'])
  })

  it('lets two VIPs have one vrid where every director speaks of them on different interfaces, and nowhere else', () => {
    const vips = (first: object, second: object) => [
      { address: '10.77.0.100', vrid: 7, name: 'one', ...first },
      { address: '192.168.9.100', vrid: 7, name: 'two', ...second },
    ]
    const clash = (first: object, second: object, more: object = {}) =>
      complaints(three({}, { ...cluster, vips: vips(first, second), ...more })).map(({ at }) => at)
    expect(clash({ interface: 'eth0' }, { interface: 'eth0.9' })).toEqual([])
    expect(clash({ vrrp_interface: 'eth2' }, { interface: 'eth0.9' })).toEqual([])
    expect(clash({ interface: 'eth0' }, { interface: 'eth0.9' }, { vrrp: { interface: 'eth2' } })).toEqual([
      'd1 cluster.vips.1.vrid',
    ])
    expect(clash({ interface: 'eth0' }, {})).toEqual(['d1 cluster.vips.1.vrid'])
  })

  it('needs an interface that is there and has an address of the family', () => {
    expect(seen(three({ ...told, d1: { vrrp_interface: 'eth7' } }, apart))).toEqual([
      { severity: 'error', message: 'd1 has no interface eth7', at: 'd1 director.vrrp_interface' },
    ])
    expect(
      seen(three({ d1: { vips: { VI_77: { vrrp_interface: 'eth2', address: '10.77.0.11' } } } })),
    ).toEqual([
      {
        severity: 'error',
        message: '10.77.0.11 is an address of eth0 of d1, and VRRP is spoken on eth2',
        at: 'd1 director.vips.VI_77.address',
      },
    ])
    const six = { ...cluster, vips: [{ address: 'fd00::100/64', vrid: 7, interface: 'eth0' }] }
    expect(seen(three({ d1: { vrrp_interface: 'eth2' } }, six))).toContainEqual({
      severity: 'error',
      message: 'eth2 of d1 has no IPv6 address from which VRRP could be spoken for fd00::100',
      at: 'd1 director.vrrp_interface',
    })
  })

  it('is doubted where directors speak in different networks', () => {
    expect(seen(three(told, apart))).toEqual([])
    const wrong = { ...told, d3: { vips: { VI_77: { vrrp_interface: 'enp1s0.9' } } } }
    const doubt = (words: typeof cluster, consequence: string) =>
      expect(seen(three(wrong, words))).toContainEqual({
        severity: 'warning',
        message: `d1 and d3 speak VRRP for 10.77.0.100 in different networks (eth2 172.16.0.11/24; enp1s0.9 192.168.9.13/24): ${consequence}`,
        at: 'd3 director.vips.VI_77.vrrp_interface',
      })
    doubt(cluster, 'they may not hear each other')
    // Routers carry what is sent to an address.
    doubt(apart, 'they hear each other only through a router')
  })
})

describe('many addresses', () => {
  it('move together, also those that adverts have no room for', () => {
    const also = Array.from({ length: 30 }, (_, at) => `10.77.0.${101 + at}`)
    const [instance] = instances('d1', three({}, { ...cluster, vips: [{ ...cluster.vips[0], also }] }))
    expect(instance?.virtual_addresses).toHaveLength(20)
    expect(instance?.excluded_addresses.map(({ cidr }) => cidr)).toEqual(
      also.slice(19).map((address) => `${address}/24`),
    )
    expect(instances('d1', three({}))[0]?.excluded_addresses).toEqual([])
  })
})

describe('a VIP with a MAC address of VRRP', () => {
  const six = { address: 'fd00::100', vrid: 7, vmac: true, interface: 'eth0' }
  const of = (vip: object, more: object = {}) => ({
    ...cluster,
    vips: [{ ...cluster.vips[0], ...vip }],
    ...more,
  })

  it('stands alone in its network unless the inventory says otherwise', () => {
    const found = (vip: object) => instances('d1', three({}, of(vip)))[0]
    expect(found({ vmac: true })).toMatchObject({
      ...{ vmac: 'vrrp.77', xmit_base: false, interface: 'eth0' },
      virtual_addresses: [{ cidr: '10.77.0.100/32', interface: false, label: false }],
    })
    expect(found({ vmac: true, address: '10.77.0.100/24' })?.virtual_addresses[0]?.cidr).toBe(
      '10.77.0.100/24',
    )
    expect(found({})).toMatchObject({
      vmac: false,
      xmit_base: false,
      virtual_addresses: [{ cidr: '10.77.0.100/24' }],
    })
  })

  it('is where VRRP is spoken, and bears no label', () => {
    expect(complaints(three({}, of({ vmac: true })))).toEqual([])
    expect(complaints(three({}, { ...cluster, vips: [six] }))).toEqual([])
    expect(complaint(three({}, of({ vmac: true, label: '0' })))).toEqual({
      severity: 'error',
      message: 'the VIP 10.77.0.100 is on an interface of its own (vmac), whose name no label can begin with',
      at: 'd1 cluster.vips.0.label',
    })
    const apart = { vmac: true, interface: 'eth0', vrrp_interface: 'eth2' }
    expect(complaint(three({}, of(apart)))).toEqual({
      severity: 'error',
      message:
        'the MAC address of VRRP is where VRRP is spoken, on eth2 of d1, and the VIP 10.77.0.100 on eth0',
      at: 'd1 cluster.vips.0.vmac',
    })
    expect(seen(three({ d2: { vrrp_interface: 'ens5' } }, of({ vmac: true })))).toEqual([
      {
        severity: 'error',
        message:
          'the MAC address of VRRP is where VRRP is spoken, on ens5 of d2, and the VIP 10.77.0.100 on ens3',
        at: 'd2 director.vrrp_interface',
      },
    ])
  })

  it('is told to the directors alone', () => {
    const own = (host: string, vips: readonly object[]) =>
      clusterVariables([clusterOf(three({}, { ...cluster, vips }))], knowing(facts), host).vmacs
    const both = [{ ...cluster.vips[0], vmac: true }, six]
    expect([own('d2', both), own('d2', cluster.vips), own('rs1', both)]).toEqual([
      ['vrrp.77', 'vrrp6.7'],
      [],
      [],
    ])
  })

  it('is another one for each VIP, and that of the machine for unicast', () => {
    const vips = [
      { address: '10.77.0.100', vrid: 7, name: 'one', interface: 'eth0', vmac: true },
      { address: '192.168.9.100', vrid: 7, name: 'two', interface: 'eth0.9', vmac: true },
    ]
    expect(complaint(three({}, { ...cluster, vips }))).toEqual({
      severity: 'error',
      message:
        '10.77.0.100 and 192.168.9.100 would have the same MAC address, and interfaces of the same name',
      at: 'd1 cluster.vips.1.vrid',
    })
    const unicast = of({ vmac: true }, { vrrp: { unicast: true } })
    expect(instances('d1', three({}, unicast))[0]?.xmit_base).toBe(true)
    expect(complaints(three({}, unicast))).toEqual([])
    const quiet = of({ vmac: true }, { vrrp: { unicast: true, garp_refresh: 0 } })
    expect(complaint(three({}, quiet))?.at).toBe('d1 cluster.vrrp.garp_refresh')
  })
})
