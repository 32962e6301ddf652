import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  nextPriority,
  resolveClusters,
  rolloutOrder,
  takeoverAfterCrash,
  takeoverAfterStop,
} from '../../src/cluster/index.ts'
import { prioritiesFor } from '../../src/cluster/priorities.ts'
import { clusterOf, healthy, machines } from './inventory.ts'

const names = ['d1', 'd2', 'rs1', 'rs2', 'client']

describe('priorities', () => {
  const hosts = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 25 })

  it('are distinct, in range, ten apart, and highest at the owner', () => {
    fc.assert(
      fc.property(hosts, fc.nat(), (all, pick) => {
        const owner = all[pick % all.length] ?? ''
        const priorities = prioritiesFor(
          owner,
          all.map((host) => ({ host, connection: host, routerId: host })),
        )
        const sorted = [...priorities.values()].toSorted((a, b) => b - a)
        expect(priorities.get(owner)).toBe(sorted[0])
        expect(sorted.every((one, index) => index === 0 || one <= (sorted[index - 1] ?? 0) - 10)).toBe(true)
        expect(sorted.every((one) => one >= 1 && one <= 254)).toBe(true)
      }),
    )
  })

  it('are crossed between two VIPs with two owners', () => {
    const vips = [
      { address: '10.77.0.100', vrid: 1, owner: 'd1' },
      { address: '10.77.0.101', vrid: 2, owner: 'd2' },
    ]
    const found = clusterOf(machines({ ...healthy, vips })).vips.map(({ priorities }) => [...priorities])
    expect(found).toEqual([
      [
        ['d1', 100],
        ['d2', 90],
      ],
      [
        ['d2', 100],
        ['d1', 90],
      ],
    ])
  })
})

describe('rollout', () => {
  const { clusters } = resolveClusters(machines())

  it('goes from realservers through backups to the master, however hosts are given', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 5 }), (given) => {
        const order = rolloutOrder(clusters, given)
        expect(order.filter((host) => host.startsWith('d'))).toEqual(['d2', 'd1'])
        expect(order.indexOf('d2')).toBe(3)
        expect(order[0]).toBe('client')
        expect(order.filter((host) => host.startsWith('rs'))).toEqual(
          given.filter((host) => host.startsWith('rs')),
        )
      }),
    )
  })

  it('follows the owner', () => {
    const vips = [{ address: '10.77.0.100', vrid: 77, owner: 'd2' }]
    expect(rolloutOrder(resolveClusters(machines({ ...healthy, vips })).clusters, names)).toEqual([
      'client',
      'rs1',
      'rs2',
      'd1',
      'd2',
    ])
  })
})

describe('takeover', () => {
  const cluster = clusterOf(machines())

  it('takes three intervals and the skew of the survivor after a crash', () => {
    expect(takeoverAfterCrash(cluster, 90)).toBeCloseTo(3.65, 2)
    expect(takeoverAfterStop(cluster, 90)).toBeCloseTo(0.65, 2)
  })

  it('is skewed by the interval in version 3, by a second in version 2', () => {
    const at = (version: number, interval: number) =>
      takeoverAfterStop(
        clusterOf(machines({ ...healthy, vrrp: { version, advert_interval: interval } })),
        128,
      )
    expect([at(3, 0.5), at(3, 4), at(2, 4)]).toEqual([0.25, 2, 0.5])
  })

  it('falls to the highest that is left', () => {
    const [vip] = cluster.vips
    if (!vip) throw new Error('no VIP')
    expect(nextPriority(vip, new Set())).toBe(100)
    expect(nextPriority(vip, new Set(['d1']))).toBe(90)
    expect(nextPriority(vip, new Set(['d1', 'd2']))).toBeUndefined()
  })
})
