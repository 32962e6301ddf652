import { describe, expect, it } from 'vitest'
import { handover } from '../../src/drill/handover.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { struck } from './struck.ts'

const on = (host: string) => ({ ...struck, host })
const vips = [
  { address: '10.77.0.100', vrid: 51, owner: 'd1' },
  { address: '10.77.0.101', vrid: 52, owner: 'd1' },
]

function handed(preempt: boolean, count: number) {
  const cluster = clusterOf(machines({ ...healthy, vips, vrrp: { preempt } }))
  const moves = cluster.vips.slice(0, count).map((vip) => ({ vip, to: 'd2' }))
  const change = handover(cluster, moves, new Map(vips.map(({ address }) => [address, 'd1'])))
  const does = (host: string) => change.inject(on(host))
  return {
    toll: change.toll,
    leaves: change.leaves,
    old: does('d1'),
    fresh: does('d2'),
    undo: change.undo(on('d1')),
  }
}

describe('a handover', () => {
  it('raises the new holder for good where directors preempt, and stops nothing', () => {
    const { toll, leaves, old, fresh, undo } = handed(true, 1)
    expect([toll, [...(leaves ?? [])]]).toEqual(['handover', [['10.77.0.100', 'd2']]])
    expect(fresh).toContain('echo 11 >/var/lib/understudy/handover/VI_51')
    expect(old).toContain('echo 0 >/var/lib/understudy/handover/VI_51')
    expect(old).not.toContain('systemctl')
    expect(undo).toBe(':')
  })

  it('stops the old holder for a moment where they do not, and leaves nothing behind', () => {
    const { toll, old, undo } = handed(false, 2)
    expect(toll).toBe('handover')
    expect(old).toContain('systemctl stop keepalived')
    expect(undo).toContain('systemctl start keepalived')
    expect(undo).toContain('echo 0 >/var/lib/understudy/handover/VI_52')
  })

  it('takes one VIP alone from a holder that keeps others', () => {
    const { toll, old } = handed(false, 1)
    expect(toll).toBe('takeover')
    expect(old).toContain('echo -254 >/var/lib/understudy/handover/VI_51')
    expect(old).not.toContain('systemctl stop')
  })
})
