import { describe, expect, it } from 'vitest'
import { raiseFor } from '../../src/cluster/index.ts'
import { clusterOf, machines } from './inventory.ts'

const [vip] = clusterOf(machines()).vips
if (!vip) throw new Error('a cluster without VIPs')
const raise = (priorities: Readonly<Record<string, number>>, director: string) =>
  raiseFor({ ...vip, priorities: new Map(Object.entries(priorities)) }, director)

describe('the priority of a director that shall take over', () => {
  it('is one above the highest', () => {
    expect(raise({ d1: 100, d2: 90, d3: 80 }, 'd3')).toBe(21)
    expect(raise({ d1: 253, d2: 1 }, 'd2')).toBe(253)
  })

  it('cannot be above 254, which VRRP leaves to those who own the address themselves', () => {
    expect(raise({ d1: 254, d2: 90 }, 'd2')).toBeUndefined()
  })
})
