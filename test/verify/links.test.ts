import { describe, expect, it } from 'vitest'
import type { Facts } from '../../src/model/facts.ts'
import { type RunningInstance, runningKeepalived } from '../../src/sensors/keepalived.ts'
import { whoHas } from '../../src/sensors/neighbours.ts'
import { unitNamed } from '../../src/sensors/units.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { factsOfHost } from '../../src/verify/proofs/holder.ts'
import { neighbourProofs } from '../../src/verify/proofs/neighbours.ts'
import { runningProofs } from '../../src/verify/proofs/running.ts'
import { clusterOf, factsWith, healthy, machines, type Words } from '../cluster/inventory.ts'
import { observed } from './web.ts'

const vip = '10.77.0.100'
const own = '00:00:5e:00:01:4d'

const facts: Readonly<Record<string, Facts>> = {
  d1: factsWith('eth0 10.77.0.11/24', `vrrp.77 ${vip}/32`, 'eth1 172.16.0.11/24'),
  d2: factsWith('eth0 10.77.0.12/24', 'vrrp.77 fe80::1/64', 'eth1 172.16.0.12/24'),
}

/** Each interface has a MAC address of its machine, but for the one that keepalived makes. */
function withMacs(host: string): Facts {
  const { interfaces, ...rest } = facts[host] ?? factsWith()
  const known = Object.entries(interfaces).map(([name, one]) => [
    name,
    { ...one, mac: name === 'vrrp.77' ? own : `02:00:00:00:0${host.at(-1)}:0${name.at(-1)}` },
  ])
  return { ...rest, interfaces: Object.fromEntries(known) }
}

/** What is proved of d1, which holds the VIP, where its keepalived says this and the segment answers so. */
function proved(words: Words, instance: Partial<RunningInstance>, answers: readonly string[]) {
  const cluster = expectedOf(clusterOf(machines({ ...healthy, ...words })), new Map(Object.entries(facts)))
  const running = {
    ...{ name: 'VI_77', interface: 'eth0', state: 'MASTER', vrid: 77, priority: 100, advertInterval: 1000 },
    addresses: [{ address: vip, device: 'eth0', prefix: 24 }],
    ...instance,
  }
  const director = (host: string) =>
    observed(
      [factsOfHost, withMacs(host)],
      [unitNamed('keepalived'), { load: 'loaded', active: 'active', enabled: 'enabled' }],
      [runningKeepalived, { answers: true, instances: [running], places: [] }],
    )
  const seen = {
    members: new Map(['d1', 'd2'].map((host) => [host, director(host)])),
    ...{ off: new Set<string>(), observer: 'client', atDirectors: new Map() },
    outside: observed([whoHas(vip), { asked: true, answers, thorough: true }]),
  }
  const [keepalived] = runningProofs(cluster, seen)
  const [neighbours] = neighbourProofs(cluster, seen)
  return {
    keepalived: keepalived?.verdict === 'pass' || keepalived?.expected,
    neighbours: neighbours?.verdict === 'pass' || `${neighbours?.expected}: ${neighbours?.seen}`,
  }
}

describe('the interfaces of a VIP', () => {
  it('are the ones that carry it and VRRP, by the word of the running keepalived', () => {
    const apart = { vrrp: { interface: 'eth1' } }
    expect(proved(apart, { interface: 'eth1' }, []).keepalived).toBe(true)
    expect(proved(apart, {}, []).keepalived).toBe('VI_77 interface eth1')
    const elsewhere = { interface: 'eth1', addresses: [{ address: vip, device: 'eth1', prefix: 24 }] }
    expect(proved(apart, elsewhere, []).keepalived).toBe('VI_77 has 10.77.0.100 on eth0')
  })

  it('are nobody knows which where lines of the user may say others', () => {
    const vips = [{ address: vip, vrid: 77, extra: '    use_vmac' }]
    const made = {
      interface: 'eth0',
      vmac: 'vrrp.77',
      addresses: [{ address: vip, device: 'vrrp.77', prefix: 24 }],
    }
    expect(proved({ vips }, made, []).keepalived).toBe(true)
  })

  it('are one that keepalived makes where the VIP has a MAC address of VRRP, which alone answers for it', () => {
    const vips = [{ address: vip, vrid: 77, vmac: true }]
    const made = {
      interface: 'eth0',
      vmac: 'vrrp.77',
      addresses: [{ address: vip, device: 'vrrp.77', prefix: 24 }],
    }
    expect(proved({ vips }, made, [own])).toEqual({ keepalived: true, neighbours: true })
    expect(proved({ vips }, {}, [own]).keepalived).toBe('VI_77 interface eth0 use_vmac')
    const base = '02:00:00:00:01:00'
    expect(proved({ vips }, made, [own, base]).neighbours).toBe(
      `d1 with the MAC address ${own} alone: ${own}, ${base}`,
    )
    expect(proved({ vips }, made, [base]).neighbours).toBe(`d1 with the MAC address ${own} alone: ${base}`)
    expect(proved({ vips }, made, [own, '02:00:00:00:02:00']).neighbours).toBe('d1 alone: d1, d2')
  })
})
