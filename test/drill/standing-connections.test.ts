import { describe, expect, it } from 'vitest'
import { keepStanding, letGo, passagesOf } from '../../src/drill/standing-connections.ts'
import type { Facts } from '../../src/model/facts.ts'
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

  it('are those of all directors under IPVS, and stay where nothing moves or the service is stopped', () => {
    expect(passages({ balancer: 'ipvs', vips: [vip] })).toEqual([])
    expect(passages({ balancer: 'nginx', vips: [vip] }, 'd1')).toEqual([])
    expect(passages({ balancer: 'none', vips: [vip], notify: { services: ['app'] } })).toEqual([])
    expect(passages({ balancer: 'none', vips: [vip] })).toHaveLength(1)
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

  it('are never handed back and forth between two that hold none of them', () => {
    const found = passages({ balancer: 'nginx', vips: [vip] })
    // Whoever hands on now took everything of an earlier handover away first, and so did whoever it hands to.
    for (const host of ['d1', 'd2']) expect(keepStanding(host, found).startsWith(letGo())).toBe(true)
  })
})
