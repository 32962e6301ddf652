import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines, member, type Words } from './inventory.ts'

const told = (changes: object) => machines({ ...healthy, ...changes })
const vip = healthy.vips[0]
const [service] = healthy.services

describe('a cluster', () => {
  it('that is healthy gives no reason to complain', () => {
    expect(complaints(machines())).toEqual([])
  })

  it('names what to do next with every complaint', () => {
    const all = [
      told({ directors: 'director' }),
      told({ vips: [vip, vip], vrrp: { version: 2, advert_interval: 0.5 } }),
    ].flatMap((members) => resolveClusters(members).problems)
    expect(all.length).toBeGreaterThan(3)
    expect(all.filter(({ next }) => !next)).toEqual([])
  })
})

describe('the machines', () => {
  const cluster = healthy

  it('of one cluster are told the same', () => {
    const other = member('d2', '10.77.0.12', ['directors'], {
      cluster: { ...healthy, vips: [{ address: '10.77.0.100', vrid: 78 }] },
    })
    expect(complaint(machines(healthy, [other]))).toEqual({
      severity: 'error',
      message: 'd2 is told something else about the cluster web than d1',
      at: 'd2 cluster',
    })
  })

  it('are looked for in groups that exist', () => {
    const [problem] = resolveClusters(told({ directors: 'director' })).problems
    expect(problem).toMatchObject({ severity: 'error', path: ['cluster', 'directors'] })
    expect(problem?.message).toBe(
      'no host of the cluster is in the group director: nothing would hold the VIPs',
    )
    expect(problem?.next).toContain('Did you mean directors?')
  })

  it('include realservers', () => {
    const gone = ['rs1', 'rs2'].map((name) => member(name, name, ['gone']))
    expect(complaint(machines(healthy, gone))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.realservers',
    })
  })

  it('include clients where a group of them is named', () => {
    expect(complaint(told({ clients: 'watchers' }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.clients',
    })
    expect(complaints(machines(healthy, [member('client', 'client', ['gone'])]))).toEqual([])
  })

  it('include more than one director', () => {
    expect(complaint(machines(healthy, [member('d2', 'd2', ['gone'])]))).toEqual({
      severity: 'warning',
      message: 'd1 is the only director: nothing takes over when it fails',
      at: 'd1 cluster.directors',
    })
  })

  it('include no more directors than there are priorities', () => {
    const many = Array.from({ length: 24 }, (_, n) =>
      member(`x${n}`, `10.77.1.${n + 1}`, ['directors'], { cluster }),
    )
    expect(complaint(machines(healthy, many))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.directors',
    })
    expect(complaints(machines(healthy, many.slice(1)))).toEqual([])
  })

  it('are not director and realserver at once', () => {
    const both = member('rs1', '10.77.0.21', ['directors', 'realservers'], { cluster })
    expect(complaint(machines(healthy, [both]))).toMatchObject({ severity: 'error', at: 'rs1 cluster' })
  })

  it('are not client and realserver or director at once', () => {
    for (const [name, address, group] of [
      ['rs1', '10.77.0.21', 'realservers'],
      ['d1', '10.77.0.11', 'directors'],
    ] as const)
      expect(
        complaint(machines(healthy, [member(name, address, [group, 'clients'], { cluster })])),
      ).toMatchObject({ severity: 'error', at: `${name} cluster` })
  })

  it('have router_ids of their own', () => {
    const copied = member('d2', '10.77.0.12', ['directors'], { cluster, director: { router_id: 'd1' } })
    expect(complaint(machines(healthy, [copied]))).toMatchObject({ at: 'd2 director.router_id' })
  })

  it('have addresses of their own', () => {
    const copied = member('rs2', '10.77.0.21', ['realservers'], { cluster })
    expect(complaint(machines(healthy, [copied]))?.message).toBe(
      'rs1 and rs2 have the same address 10.77.0.21',
    )
  })

  it('may all be reached at one loopback address through forwarded ports', () => {
    const forwarded = ['rs1', 'rs2'].map((name) => member(name, '127.0.0.1', ['realservers'], { cluster }))
    expect(complaints(machines(healthy, forwarded))).toEqual([])
  })
})

describe('the VIPs', () => {
  const two = (second: object) => told({ vips: [vip, { address: '10.77.0.101', vrid: 78, ...second }] })

  it('differ', () => {
    expect(complaint(two({ address: '10.77.0.100/24' }))).toMatchObject({
      message: 'the VIP 10.77.0.100 is listed twice',
      at: 'd1 cluster.vips.1.address',
    })
  })

  it.each([
    '127.0.0.9',
    '224.0.0.18',
    '0.0.0.0',
    '255.255.255.255',
    'fe80::9',
    '10.77.0.0/24',
    '10.77.0.255/24',
  ])('are addresses a machine can have, unlike %s', (address) => {
    expect(complaint(told({ vips: [{ address, vrid: 77 }] }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.vips.0.address',
    })
  })

  it('move together where they have one owner', () => {
    const both = (second: object) =>
      told({
        vips: [
          { ...vip, together: 'site' },
          { address: 'fd00::100', vrid: 78, ...second },
        ],
      })
    expect(complaints(both({ together: 'site' }))).toEqual([])
    expect(complaint(both({ together: 'site', owner: 'd2' }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.vips.1.owner',
    })
    const [alone] = complaints(both({ together: 'sites' }))
    expect(alone).toMatchObject({ severity: 'warning', at: 'd1 cluster.vips.0.together' })
  })

  it('belong to no machine', () => {
    expect(complaint(told({ vips: [{ address: '10.77.0.31', vrid: 77 }] }))?.message).toBe(
      'the VIP 10.77.0.31 is the address of client itself',
    )
  })

  it.each([
    ['also', '10.77.0.31', 'the VIP 10.77.0.31 is the address of client itself'],
    ['also', '127.0.0.1', '127.0.0.1 cannot be a VIP: it is a loopback address'],
    ['also', '10.77.0.100', 'the VIP 10.77.0.100 is listed twice'],
    ['gateway', '10.77.0.12', 'the gateway 10.77.0.12 is the address of d2 itself'],
    ['gateway', '224.0.0.1', '224.0.0.1 cannot be a gateway: it is a multicast address'],
    ['gateway', '10.77.0.100', 'the gateway 10.77.0.100 is listed twice'],
    [
      'gateway',
      'fd00::7',
      'the gateway fd00::7 is of another address family than the VIP that it moves with',
    ],
  ])('say the same of what moves with them: %s %s', (what, address, message) => {
    const services = [{ ...service, forwarding: 'nat' }]
    const changes =
      what === 'also' ? { vips: [{ ...vip, also: [address] }] } : { services, nat: { gateway: address } }
    expect(complaint(told(changes))).toMatchObject({
      severity: 'error',
      message,
      at: what === 'also' ? 'd1 cluster.vips.0.also.0' : 'd1 cluster.nat.gateway',
    })
  })

  it('have vrids of their own, per family', () => {
    expect(complaints(two({ vrid: 77, name: 'other' }))).toEqual([
      expect.objectContaining({ severity: 'error', at: 'd1 cluster.vips.1.vrid' }),
    ])
    expect(complaints(two({ vrid: 77, name: 'other', address: 'fd00::100' }))).toEqual([])
  })

  it('have instance names of their own', () => {
    expect(complaint(two({ name: 'VI_77' }))).toMatchObject({ at: 'd1 cluster.vips.1.name' })
  })

  it('are owned by directors', () => {
    const [problem] = resolveClusters(two({ owner: 'd3' })).problems
    expect(problem).toMatchObject({ severity: 'error', path: ['cluster', 'vips', 1, 'owner'] })
    expect(problem?.next).toMatch(/^Did you mean d[12]\?$/)
  })

  it('of IPv6 need VRRP version 3', () => {
    const six = { vips: [{ address: 'fd00::100', vrid: 77 }] }
    expect(complaint(told({ ...six, vrrp: { version: 2 } }))).toMatchObject({
      at: 'd1 cluster.vips.0.address',
    })
    expect(complaints(told(six))).toEqual([])
  })

  it('have labels where they are of IPv4', () => {
    expect(complaint(told({ vips: [{ address: 'fd00::100', vrid: 77, label: '0' }] }))).toMatchObject({
      at: 'd1 cluster.vips.0.label',
    })
    expect(complaints(told({ vips: [{ ...vip, label: '0' }] }))).toEqual([])
  })

  it('are of the family of their realservers', () => {
    const six = member('rs1', 'rs1', ['realservers'], {
      cluster: healthy,
      realserver: { address: 'fd00::21' },
    })
    expect(complaint(machines(healthy, [six]))).toMatchObject({ at: 'rs1 realserver.address' })
  })
})

describe('VRRP', () => {
  it('counts whole seconds in version 2', () => {
    expect(complaint(told({ vrrp: { version: 2, advert_interval: 0.5 } }))).toMatchObject({
      at: 'd1 cluster.vrrp.advert_interval',
    })
    expect(complaints(told({ vrrp: { version: 3, advert_interval: 0.5 } }))).toEqual([])
  })

  it('counts hundredths up to 40.95 s in version 3', () => {
    expect(complaint(told({ vrrp: { advert_interval: 41 } }))).toMatchObject({ severity: 'error' })
    expect(complaint(told({ vrrp: { advert_interval: 0.125 } }))).toMatchObject({ severity: 'error' })
    expect(complaints(told({ vrrp: { advert_interval: 0.29 } }))).toEqual([])
  })

  it('cannot delay what it never does', () => {
    expect(complaint(told({ vrrp: { preempt: false, preempt_delay: 10 } }))).toMatchObject({
      at: 'd1 cluster.vrrp.preempt_delay',
    })
  })

  const second = (priority: number) =>
    machines(healthy, [
      member('d2', '10.77.0.12', ['directors'], { cluster: healthy, director: { priority } }),
    ])

  it('needs priorities that differ', () => {
    expect(complaint(second(100))).toMatchObject({
      message: 'd1 and d2 have the same priority 100 for the VIP 10.77.0.100',
      at: 'd2 director.priority',
    })
  })

  it('lets the owner win', () => {
    expect(complaint(second(150))).toMatchObject({ severity: 'error', at: 'd1 cluster.vips.0.owner' })
  })
})

describe('the services', () => {
  it('exist behind every VIP', () => {
    expect(complaint(machines({ vips: healthy.vips }))).toMatchObject({ at: 'd1 cluster.vips.0' })
  })

  it('have ports of their own', () => {
    expect(complaint(told({ services: [service, service] }))).toMatchObject({
      at: 'd1 cluster.services.1.port',
    })
    expect(
      complaints(
        told({ backend: 'none', services: [service, { port: 80, protocol: 'udp', check: { type: 'tcp' } }] }),
      ),
    ).toEqual([])
  })

  it('keep their port under direct routing', () => {
    expect(complaint(told({ services: [{ port: 80, backend_port: 8080 }] }))).toMatchObject({
      message:
        'direct routing cannot turn port 80 into 8080: packets reach the realserver as the client sent them',
      at: 'd1 cluster.services.0.backend_port',
    })
    expect(complaints(told({ services: [{ port: 80, backend_port: 80 }] }))).toEqual([])
  })

  it('are what nginx serves, where nginx is to serve them', () => {
    const tls = [{ port: 443, check: { type: 'https' } }]
    const udp = [{ port: 53, protocol: 'udp', check: { type: 'tcp' } }]
    expect(complaint(told({ services: tls }))).toMatchObject({ at: 'd1 cluster.services.0.check' })
    expect(complaint(told({ services: udp }))).toMatchObject({ at: 'd1 cluster.services.0.protocol' })
    expect(complaints(told({ services: tls, backend: 'none' }))).toEqual([])
  })

  it('are pointed at where they stand in a VIP of their own', () => {
    const own = { address: '10.77.0.100', vrid: 77, services: [{ port: 80, backend_port: 81 }] }
    expect(complaint(told({ vips: [own] }))).toMatchObject({
      at: 'd1 cluster.vips.0.services.0.backend_port',
    })
  })

  const heavy = (weight: number, scheduler: string) => {
    const cluster = { ...healthy, services: [{ ...service, scheduler }] }
    const heavier = member('rs2', '10.77.0.22', ['realservers'], { cluster, realserver: { weight } })
    return machines(cluster, [heavier])
  }

  it('look at weights where weights differ', () => {
    expect(complaint(heavy(3, 'rr'))).toMatchObject({
      severity: 'warning',
      at: 'd1 cluster.services.0.scheduler',
    })
    expect(complaints(heavy(3, 'wrr'))).toEqual([])
    expect(complaints(heavy(1, 'rr'))).toEqual([])
  })

  it('are served by somebody', () => {
    const idle = (cluster: Words) =>
      machines(
        cluster,
        ['rs1', 'rs2'].map((name, index) =>
          member(name, `10.77.0.2${index}`, ['realservers'], { cluster, realserver: { weight: 0 } }),
        ),
      )
    expect(complaint(idle({ ...healthy, balancer: 'haproxy' }))).toMatchObject({
      severity: 'warning',
      at: 'd1 cluster.realservers',
    })
    expect(complaint(idle(healthy))).toMatchObject({ severity: 'error', at: 'd1 cluster.services.0' })
  })
})

describe('an address for something of the user’s own', () => {
  const { services: _, ...unsaid } = healthy
  const pair = (words: Words) =>
    ['d1', 'd2'].map((name, index) =>
      member(name, `10.77.0.1${index + 1}`, ['directors'], {
        cluster: { ...unsaid, balancer: 'none', backend: 'none', ...words },
      }),
    )

  it('is one that nobody watches, unless the inventory says that nothing is there', () => {
    expect(complaint(pair({}))).toMatchObject({ severity: 'warning', at: 'd1 cluster.vips.0' })
    expect(complaints(pair({ services: [] }))).toEqual([])
    expect(complaints(pair({ vips: [{ ...vip, services: [] }] }))).toEqual([])
  })

  it('is not said of what nginx has to balance', () => {
    expect(complaints(told({ balancer: 'nginx', services: [] }))).not.toEqual([])
  })
})

describe('several clusters', () => {
  const another = (vips: object) => {
    const cluster = { ...healthy, name: 'mail', vips: [vips] }
    return [
      ...machines(),
      member('m1', '10.77.0.41', ['directors'], { cluster }),
      member('m2', '10.77.0.42', ['directors'], { cluster }),
      member('m3', '10.77.0.43', ['realservers'], { cluster }),
    ]
  }

  it('share no VIP', () => {
    expect(complaint(another({ address: '10.77.0.100', vrid: 9 }))).toMatchObject({
      severity: 'error',
      at: 'm1 cluster.vips.0.address',
    })
  })

  it('are warned of a vrid they share', () => {
    expect(complaint(another({ address: '10.77.0.101', vrid: 77 }))).toMatchObject({ severity: 'warning' })
    expect(complaints(another({ address: '10.77.0.101', vrid: 78 }))).toEqual([])
  })
})

describe('what IPVS forwards', () => {
  const second = { address: '10.77.0.101', vrid: 78, owner: 'd2' }

  it('comes back by the director that holds the VIP, which is the gateway, too', () => {
    const nat = { services: [{ ...service, forwarding: 'nat' }], nat: { gateway: '10.77.0.99' } }
    expect(complaint(told({ ...nat, vips: [vip, second] }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.vips.1',
    })
    expect(complaints(told({ ...nat, vips: [{ ...vip, also: ['10.77.0.101'] }] }))).toEqual([])
    // Nobody asks for anything there, and so nothing has to be translated back.
    expect(complaints(told({ ...nat, vips: [vip, { ...second, services: [] }] }))).toEqual([])
  })

  it.each(['tun', 'nat'])('by %s may be of IPv6', (forwarding) => {
    const more = forwarding === 'nat' ? { nat: { gateway: 'fd00::99' } } : {}
    const six = {
      vips: [{ address: 'fd00::100', vrid: 77 }],
      services: [{ ...service, forwarding }],
      ...more,
    }
    expect(complaints(told(six))).toEqual([])
  })

  it('is told to other directors for the VIPs of all of them', () => {
    expect(complaints(told({ connection_sync: true, vips: [vip, second] }))).toEqual([])
  })

  it('is remembered as long as IPVS is told, and by nobody else', () => {
    const words = { ipvs_timeouts: { tcp: 600, udp: 30 } }
    expect(complaints(told(words))).toEqual([])
    expect(complaint(told({ ...words, balancer: 'haproxy' }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.ipvs_timeouts',
    })
    for (const word of ['connection_sync', 'ipvsadm_rules']) {
      expect(complaint(told({ [word]: true, balancer: 'haproxy' }))).toMatchObject({
        at: `d1 cluster.${word}`,
      })
      expect(complaints(told({ [word]: true }))).toEqual([])
    }
  })

  it('leaves the sorry server in the table only where there is one', () => {
    const stays = { ...service, sorry_server_inhibit: true }
    expect(complaint(told({ services: [stays] }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.services.0.sorry_server_inhibit',
    })
    expect(complaints(told({ services: [{ ...stays, sorry_page: true }] }))).toEqual([])
    expect(
      complaint(told({ balancer: 'haproxy', services: [{ ...service, inhibit_on_failure: true }] })),
    ).toMatchObject({ at: 'd1 cluster.services.0.inhibit_on_failure' })
  })

  it('goes to no realserver that waits for the others to be gone', () => {
    const waiting = member('rs1', 'rs1', ['realservers'], { cluster: healthy, realserver: { backup: true } })
    expect(complaint(machines(healthy, [waiting]))).toMatchObject({ at: 'rs1 realserver.backup' })
  })
})

it('a page of the directors needs a proxy that understands requests', () => {
  const services = [{ ...service, mode: 'tcp', sorry_page: true }]
  expect(complaint(told({ balancer: 'haproxy', services }))).toMatchObject({
    severity: 'error',
    at: 'd1 cluster.services.0.sorry_page',
  })
})

describe('what only IPVS knows', () => {
  const of = (words: object, more = {}) => told({ services: [{ ...service, ...words }], ...more })

  it.each([
    ['persistence_timeout', { persistence_timeout: 60 }],
    ['persistence_timeout', { persistence_timeout: 60, persistence_granularity: '255.255.0.0' }],
    ['quorum', { quorum: 2 }],
    ['check', { check: { type: 'udp' } }],
    ['check', { check: { type: 'dns' } }],
  ])('is refused with a proxy: %s', (word, words) => {
    expect(complaint(of(words, { balancer: 'haproxy' }))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.services.0.${word}`,
    })
  })

  it.each([
    ['one_packet', { one_packet: true }],
    ['persistence_granularity', { persistence_granularity: '255.255.255.0' }],
    ['persistence_granularity', { persistence_granularity: '64', persistence_timeout: 60 }],
    ['quorum', { quorum: 3 }],
    ['quorum', { quorum: 2, hysteresis: 2 }],
    ['quorum', { quorum: 2, hysteresis: 1 }],
  ])('contradicts what else is said: %s', (word, words) => {
    expect(complaint(of(words))).toMatchObject({ at: `d1 cluster.services.0.${word}`, severity: 'error' })
  })

  it('is scheduled by itself where answers need no translation', () => {
    const by = (words: object) =>
      complaints(
        told({
          ...{ backend: 'none', nat: { gateway: '10.77.0.99' } },
          services: [{ port: 514, protocol: 'udp', one_packet: true, check: { type: 'ping' }, ...words }],
        }),
      )
    expect(by({ forwarding: 'nat' })).toMatchObject([
      { severity: 'warning', at: 'd1 cluster.services.0.one_packet' },
    ])
    expect(by({ forwarding: 'nat', one_packet: false })).toEqual([])
    expect(by({ forwarding: 'tun' })).not.toMatchObject([{ at: 'd1 cluster.services.0.one_packet' }])
  })

  it('is taken where it fits', () => {
    expect(
      complaints(
        told({
          backend: 'none',
          services: [
            { port: 25, quorum: 2, check: { type: 'smtp' } },
            { port: 53, protocol: 'udp', one_packet: true, check: { type: 'dns' } },
            { port: 80, persistence_timeout: 60, persistence_granularity: '255.255.255.0' },
          ],
        }),
      ),
    ).toEqual([])
  })
})
