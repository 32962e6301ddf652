import { describe, expect, it } from 'vitest'
import { clusterVariables, homeOf, nextPriority, raiseFor } from '../../src/cluster/index.ts'
import type { OpeningVariables } from '../../src/cluster/opening-variables.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const vips = [...healthy.vips, { address: '10.77.0.200', vrid: 78, name: 'inside' }]
const told = (vrrp: Words) => machines({ ...healthy, vips, balancer: 'haproxy', vrrp })
const peer = { name: 'old', address: '10.77.0.13' }
const facts = Object.fromEntries(
  [11, 12, 21, 22].map((at) => [`${at < 20 ? 'd' : 'rs'}${at % 10}`, factsWith(`eth0 10.77.0.${at}/24`)]),
)
const variables = (vrrp: Words) => clusterVariables([clusterOf(told(vrrp))], knowing(facts), 'd1')
const instances = (vrrp: Words) => (variables(vrrp).vrrp as VrrpVariables).instances

describe('peers that nobody manages here', () => {
  it('are spoken to and heard like other directors, of the VIPs that they are about', () => {
    const vrrp = { unicast: true, peers: [{ ...peer, vips: ['inside'] }] }
    expect(
      instances(vrrp).map(({ unicast }) => (unicast || undefined)?.peers.map(({ host }) => host)),
    ).toEqual([['d2'], ['d2', 'old']])
    const heard = (variables({ peers: [peer] }).openings as OpeningVariables[]).find(
      ({ protocol }) => protocol === 'vrrp',
    )
    expect(heard).toMatchObject({ from: ['10.77.0.12', '10.77.0.13'], to: ['224.0.0.18'] })
    const ah = { version: 2, auth_type: 'AH', auth_pass: 'x1y2z3', peers: [peer] }
    expect((variables(ah).openings as OpeningVariables[]).map(({ protocol }) => protocol)).toContain('ah')
  })

  it('count in elections', () => {
    const vipWith = (priority?: number) => {
      const [vip] = clusterOf(told({ peers: [{ ...peer, ...(priority ? { priority } : {}) }] })).vips
      if (!vip) throw new Error('no VIP')
      return vip
    }
    expect(homeOf(vipWith(95))).toBe('d1')
    expect(homeOf(vipWith(110))).toBe('old')
    expect(homeOf(vipWith())).toBe('old')
    expect(nextPriority(vipWith(95), new Set(['d1']))).toBe(95)
    expect(nextPriority(vipWith(), new Set(['d1', 'd2']))).toBe(1)
    expect(raiseFor(vipWith(110), 'd2')).toBe(21)
    expect(raiseFor(vipWith(), 'd2')).toBe(164)
    const started = (priority: number) => instances({ peers: [{ ...peer, priority }] })[0]
    expect(started(95)).toMatchObject({ state: 'MASTER', track_weight: -12 })
    expect(started(50)).toMatchObject({ state: 'MASTER', track_weight: -52 })
    expect(started(110)).toMatchObject({ state: 'BACKUP' })
  })

  it.each([
    [
      { peers: [{ ...peer, address: '10.77.0.12' }] },
      'the peer 10.77.0.12 is d2, a machine of this inventory',
      'peers.0.address',
    ],
    [
      { peers: [{ ...peer, address: '10.77.0.200' }] },
      'the peer 10.77.0.200 is a VIP, which moves',
      'peers.0.address',
    ],
    [
      { peers: [{ ...peer, address: 'fd00::13' }] },
      'the peer fd00::13 is of IPv6, and no VIP that it could hold is',
      'peers.0.address',
    ],
    [
      { peers: [{ ...peer, vips: ['insde'] }] },
      'insde is no VIP and no VRRP instance of the cluster',
      'peers.0.vips.0',
    ],
    [
      { peers: [{ ...peer, vips: ['inside'], priority: 90 }] },
      'the peer old and d2 have the same priority 90 for the VIP 10.77.0.200',
      'peers.0.priority',
    ],
    [
      { peers: [peer, { ...peer, vips: ['inside'] }] },
      'the peer 10.77.0.13 is listed twice for the VIP 10.77.0.200',
      'peers.1.address',
    ],
    [
      { auth_pass: 'x1y2z3' },
      'VRRP version 3 has no authentication: keepalived would leave it out, and peers that want it would not listen',
      'auth_pass',
    ],
    [{ version: 2, auth_type: 'PASS' }, 'auth_type PASS needs a password', 'auth_type'],
  ])('are refused where they cannot be: %j', (vrrp, message, at) => {
    expect(complaint(told(vrrp))).toEqual({ severity: 'error', message, at: `d1 cluster.vrrp.${at}` })
  })

  it('are a reason for a password, which is doubted without them', () => {
    const password = { version: 2, auth_pass: 'x1y2z3' }
    expect(complaints(told({ ...password, peers: [peer] }))).toEqual([])
    expect(complaint(told(password))).toMatchObject({ severity: 'warning', at: 'd1 cluster.vrrp.auth_pass' })
  })
})
