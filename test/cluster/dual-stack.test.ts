import { describe, expect, it } from 'vitest'
import { clusterVariables, problemsWithFacts } from '../../src/cluster/index.ts'
import type { OpeningVariables } from '../../src/cluster/opening-variables.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { expectedOf, vipsOnRealserver } from '../../src/verify/expected.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const vip = { address: '10.77.0.100', vrid: 77, label: '0', also: ['fd00::100', '10.77.0.101'] }
const both = { ...healthy, vips: [vip] }

const facts = {
  d1: factsWith('eth0 10.77.0.11/24', 'eth1 fd00::11/64'),
  d2: factsWith('eth0 10.77.0.12/24', 'eth0 fd00::12/64'),
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
}

const told = (host: string, cluster: Words = both) =>
  clusterVariables([clusterOf(machines(cluster))], knowing(facts), host)

describe('addresses of both families that move together', () => {
  it('are one instance, whose adverts tell of its own family alone', () => {
    const instanceOn = (host: string) => (told(host).vrrp as VrrpVariables).instances
    expect(instanceOn('d1')).toHaveLength(1)
    expect(instanceOn('d1')[0]).toMatchObject({
      virtual_addresses: [
        { cidr: '10.77.0.100/24', interface: false, label: 'eth0:0' },
        { cidr: '10.77.0.101/24', interface: false, label: false },
      ],
      excluded_addresses: [{ cidr: 'fd00::100/128', interface: 'eth1', label: false }],
    })
    expect(instanceOn('d2')[0]?.excluded_addresses).toEqual([
      { cidr: 'fd00::100/128', interface: false, label: false },
    ])
  })

  it('lead to realservers by their own family', () => {
    const servers = told('d1').virtual_servers as { vip: string; real_servers: { address: string }[] }[]
    expect(servers.map((one) => [one.vip, ...one.real_servers.map(({ address }) => address)])).toEqual([
      ['10.77.0.100', '10.77.0.21', '10.77.0.22'],
      ['fd00::100', 'fd00::21', 'fd00::22'],
      ['10.77.0.101', '10.77.0.21', '10.77.0.22'],
    ])
    expect(told('rs1')).toMatchObject({
      serves_ipv6: true,
      loopback_vips: ['10.77.0.100', 'fd00::100', '10.77.0.101'],
    })
    const openings = told('rs1').openings as OpeningVariables[]
    expect(openings.map(({ from, to }) => [...from, ...to])).toEqual([
      ['10.77.0.11', '10.77.0.12'],
      ['10.77.0.100', '10.77.0.101'],
      ['fd00::11', 'fd00::12'],
      ['fd00::100'],
    ])
  })

  it('are verified each by the servers of its family', () => {
    const expected = expectedOf(clusterOf(machines(both)), new Map(Object.entries(facts)))
    const seen = expected.vips.map(({ address, services }) => [address, services[0]?.servers[1]?.address])
    expect(seen).toEqual([
      ['10.77.0.100', '10.77.0.22'],
      ['fd00::100', 'fd00::22'],
      ['10.77.0.101', '10.77.0.22'],
    ])
    expect(vipsOnRealserver(expected, 'rs2').map(({ address }) => address)).toEqual([
      vip.address,
      ...vip.also,
    ])
  })

  it('have the MAC address of VRRP in its own family alone', () => {
    const cluster = clusterOf(machines({ ...both, vips: [{ ...vip, label: undefined, vmac: true }] }))
    expect(expectedOf(cluster, new Map(Object.entries(facts))).vips.map(({ mac }) => mac)).toEqual([
      '00:00:5e:00:01:4d',
      undefined,
      '00:00:5e:00:01:4d',
    ])
  })

  it('want networks of both on machines that need them', () => {
    const seen = (cluster: Words) =>
      problemsWithFacts(
        clusterOf(machines(cluster)),
        new Map(Object.entries({ ...facts, d2: factsWith('eth0 10.77.0.12/24'), rs2: facts.d2 })),
      ).map(({ message, host, path }) => `${message} at ${host} ${path.join('.')}`)
    const alone =
      'd2 has no IPv6 address beside which it could hold the VIP fd00::100 at d2 cluster.vips.0.also.0'
    expect(seen({ ...both, balancer: 'nginx' })).toEqual([
      alone,
      '10.77.0.22 is no address of rs2: the directors could not forward to it at rs2 realserver.address',
    ])
    expect(
      seen({ ...both, balancer: 'nginx', vips: [{ ...vip, also: ['fd00::100/64'], interface: 'eth0' }] }),
    ).toHaveLength(1)
  })

  it('have one way back under address translation, which is of one family', () => {
    const nat = (also: readonly string[]) =>
      complaints(
        machines({
          ...healthy,
          vips: [{ ...vip, also }],
          services: [{ ...healthy.services[0], forwarding: 'nat' }],
          nat: { gateway: '10.77.0.99', clients: ['192.0.2.0/24'] },
        }),
      )
    expect(nat(['10.77.0.101'])).toEqual([])
    expect(nat(['10.77.0.101', 'fd00::100'])).toEqual([
      {
        severity: 'error',
        message:
          'fd00::100 is of another address family than 10.77.0.100: what realservers answer to its clients would not leave by the gateway 10.77.0.99',
        at: 'd1 cluster.vips.0.also.1',
      },
    ])
  })

  it('stick to realservers by masks of their own family', () => {
    const services = [{ ...healthy.services[0], persistence_timeout: 60, persistence_granularity: '64' }]
    const servers = told('d1', { ...both, services }).virtual_servers as {
      persistence_granularity: unknown
    }[]
    expect(servers.map((one) => one.persistence_granularity)).toEqual([false, '64', false])
  })
})
