import { describe, expect, it } from 'vitest'
import { passagesOf } from '../../src/drill/passage.ts'
import { keepStanding, letGo } from '../../src/drill/standing-connections.ts'
import type { Facts } from '../../src/model/facts.ts'
import { readIpvsTable } from '../../src/sensors/ipvs.ts'
import { clusterOf, factsWith, healthy, machines } from '../cluster/inventory.ts'

const held = new Map([['10.77.0.100', 'd1']])

/** A director with one interface in the network of the VIPs. */
function factsOf(host: string): Facts {
  const number = host.slice(1)
  const facts = factsWith(`eth1 10.77.0.1${number}/24`, `eth1 fd77::1${number}/64`)
  const device = facts.interfaces.eth1
  return device ? { ...facts, interfaces: { eth1: { ...device, mac: `02:00:00:00:00:0${number}` } } } : facts
}

function passages(words: object, to = 'd2') {
  const cluster = clusterOf(machines({ ...healthy, ...words }))
  const moves = cluster.vips.map((vip) => ({ vip, to }))
  return passagesOf(cluster, moves, held, factsOf)
}

const vip = { address: '10.77.0.100', vrid: 51, owner: 'd1' }

describe('connections that stand when a VIP is handed over', () => {
  it('are kept for every address that moves, where they end at the director', () => {
    const found = passages({ balancer: 'nginx', vips: [{ ...vip, also: ['fd77::100'] }] })
    expect(found.map(({ address }) => address)).toEqual(['10.77.0.100', 'fd77::100'])
    expect(found[0]).toMatchObject({
      from: { host: 'd1', device: 'eth1', mac: '02:00:00:00:00:01' },
      to: { host: 'd2', device: 'eth1', mac: '02:00:00:00:00:02' },
    })
    expect(passages({ balancer: 'haproxy', vips: [vip] })).toHaveLength(1)
  })

  it('stay where nothing moves or the service is stopped', () => {
    expect(passages({ balancer: 'nginx', vips: [vip] }, 'd1')).toEqual([])
    expect(passages({ balancer: 'none', vips: [vip], notify: { services: ['app'] } })).toEqual([])
    expect(passages({ balancer: 'none', vips: [vip] })).toHaveLength(1)
  })

  it('are kept under IPVS where answers go past the directors, which do not tell each other of them', () => {
    const services = [{ port: 443 }, { port: 53, protocol: 'udp' }, { port: 8080 }]
    const found = passages({ balancer: 'ipvs', vips: [{ ...vip, also: ['fd77::100'] }], services })
    expect(found.map(({ address, balanced }) => [address, balanced])).toEqual([
      ['10.77.0.100', { ports: [443, 8080], at: '10.77.0.11' }],
      ['fd77::100', { ports: [443, 8080], at: 'fd77::11' }],
    ])
    const known = { balancer: 'ipvs', vips: [vip], services, connection_sync: true }
    expect(passages(known)).toEqual([])
    const nat = services.map((service) => ({ ...service, forwarding: 'nat' }))
    expect(passages({ balancer: 'ipvs', vips: [vip], services: nat, nat: { gateway: '10.77.0.1' } })).toEqual(
      [],
    )
  })

  it('are led on by the table of IPVS, for which each address has a mark of its own that nobody else is told of', () => {
    const vips = [{ ...vip, also: ['fd77::100'] }]
    const found = passages({ balancer: 'ipvs', vips, services: [{ port: 443 }] })
    const [old, fresh] = ['d1', 'd2'].map((host) => keepStanding(host, found))
    expect(old).toContain('ip -4 route add local 10.77.0.100 dev lo')
    expect(old).not.toContain('ipvsadm -A')
    expect(fresh).toContain('ipvsadm -a -f 9900 -r 10.77.0.11 -g -w 1')
    expect(fresh).toContain("ipvsadm -a -f 9901 -6 -r '[fd77::11]' -g -w 1")
    expect(fresh).toContain(
      'dst_ip 10.77.0.100 ip_proto tcp dst_port 443 tcp_flags 0x0/0x2 action skbedit mark 9900',
    )
    expect(fresh).not.toContain('action ct')
    const table = '-A -f 9900 -s rr\n-a -f 9900 -r 10.77.0.11:0 -g -w 1\n-A -f 510001 -s wrr'
    expect(readIpvsTable(table).map(({ address }) => address)).toEqual(['510001'])
  })

  it('go with a MAC address that moves, too', () => {
    expect(passages({ balancer: 'nginx', vips: [{ ...vip, vmac: true }] })).toEqual([])
  })

  it('are handed on by the new holder to the card of the old one, which is silent about the address', () => {
    const found = passages({ balancer: 'nginx', vips: [{ ...vip, also: ['fd77::100'] }] })
    const [old, fresh, third] = ['d1', 'd2', 'd3'].map((host) => keepStanding(host, found))
    expect(fresh).toContain('ct_state +trk+est action ok')
    expect(fresh).toContain('skbmod set dmac 02:00:00:00:00:01 set smac 02:00:00:00:00:02')
    expect(fresh).not.toContain('route add local')
    expect(old).toContain('ip -4 route add local 10.77.0.100 dev lo')
    expect(old).toContain('ip -6 route add local fd77::100 dev lo')
    expect(old).toContain('arp_announce')
    expect(old).not.toContain('mirred')
    // Each family has numbers of its own: filters of one number are of one protocol.
    const numbers = [...(fresh ?? '').matchAll(/chain 117 pref (\d+) protocol (\w+)/g)]
    expect(new Set(numbers.map(([, number]) => number)).size).toBe(numbers.length)
    expect(third).toBe(letGo())
  })

  it.each(['nginx', 'ipvs'])(
    'are never handed back and forth between two that hold none of them: %s',
    (balancer) => {
      const fresh = keepStanding('d2', passages({ balancer, vips: [vip], services: [{ port: 443 }] }))
      // What the other hands on is looked at first, and stays.
      const filters = [...fresh.matchAll(/tc filter add dev eth1 ingress pref (\d+) [^\n]*/g)]
      const numbers = filters.map(([, number]) => Number(number))
      expect(filters[0]?.[0]).toContain('src_mac 02:00:00:00:00:01 action ok')
      expect(Math.min(...numbers.slice(1))).toBeGreaterThan(numbers[0] ?? Number.NaN)
    },
  )

  it('go on on the way back until the VIP is there: what each has for the other stays', () => {
    const cluster = { balancer: 'nginx', vips: [vip] }
    const [old, fresh] = ['d1', 'd2'].map((host) => keepStanding(host, passages(cluster)).split('if ! (')[0])
    expect(old).not.toContain('tc qdisc del')
    expect(old).toContain('route flush')
    expect(fresh).toContain('tc qdisc del')
    expect(fresh).not.toContain('route flush')
    // Connections of its own from before, of which the kernel's table saw no beginning.
    expect(keepStanding('d2', passages(cluster))).toContain('-v vip=10.77.0.100')
  })
})
