import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines } from './inventory.ts'

const told = (vrrp: object, more: object = {}) => machines({ ...healthy, vrrp, ...more })
const facts = { d1: factsWith('eth0 10.77.0.11/24'), d2: factsWith('eth0 10.77.0.12/24') }
const bfd = [{ neighbor: '10.77.0.1' }]

describe('routers that are watched by BFD', () => {
  it('are asked from the address in their network, and make way for another director', () => {
    const of = (vrrp: object) =>
      clusterVariables([clusterOf(told(vrrp))], knowing(facts), 'd1').vrrp as VrrpVariables
    expect(of({ bfd: [{ neighbor: '10.77.0.1', interval: 0.05, multiplier: 5 }] }).bfd).toEqual([
      { name: 'router_1', neighbor: '10.77.0.1', source: '10.77.0.11', interval: 50, multiplier: 5 },
    ])
    const [instance] = of({ bfd }).instances
    expect(instance?.track_weight).toBeLessThan(-10)
    expect(of({ bfd, preempt: false }).instances[0]?.track_weight).toBe(0)
    expect(of({}).bfd).toEqual([])
  })

  it('are let in', () => {
    const openings = clusterVariables([clusterOf(told({ bfd }))], knowing(facts), 'd1').openings
    expect(openings).toContainEqual(
      expect.objectContaining({ protocol: 'udp', ports: [3784], from: ['10.77.0.1'] }),
    )
  })

  it.each([
    ['10.77.0.12', '10.77.0.12 is d2, a director: directors watch routers by BFD, and each other by VRRP'],
    [
      '10.77.0.100',
      '10.77.0.100 is a VIP, which moves: directors watch routers by BFD, and each other by VRRP',
    ],
  ])('are no directors, and no VIPs: %s', (neighbor, message) => {
    expect(complaint(told({ bfd: [{ neighbor }] }))).toMatchObject({ severity: 'error', message })
  })

  it('are named once, and need a keepalived that has it', () => {
    expect(complaints(told({ bfd: [...bfd, ...bfd] }))).toHaveLength(1)
    const source = (configure: readonly string[]) => ({
      source: { keepalived: { archive: 'k.tar.gz', sha256: '0'.repeat(64), configure } },
    })
    expect(complaint(told({ bfd }, source([])))?.message).toContain('built without BFD')
    expect(complaints(told({ bfd }, source(['--enable-bfd'])))).toEqual([])
  })
})
