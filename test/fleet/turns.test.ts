import { describe, expect, it } from 'vitest'
import { beginOf, turnOf } from '../../src/fleet/turns.ts'

const verify = { operation: 'verify', every: 300 } as const
const now = Date.UTC(2026, 0, 1)

describe('turns of a schedule', () => {
  it('come once in each interval, at a moment of the cluster', () => {
    const turn = turnOf('shop', verify, now)
    expect(turnOf('shop', verify, now + 300_000)).toBe(turn + 1)
    const begin = beginOf('shop', verify, turn)
    expect(begin).toBeLessThanOrEqual(now)
    expect(turnOf('shop', verify, begin)).toBe(turn)
    expect(turnOf('shop', verify, begin - 1)).toBe(turn - 1)
  })

  it('of many clusters are spread over the interval', () => {
    const seconds = Array.from({ length: 3000 }, (_, index) => {
      const cluster = `shop-${index}`
      return (beginOf(cluster, verify, turnOf(cluster, verify, now)) / 1000) % 300
    })
    const inEach = Array.from(
      { length: 10 },
      (_, part) => seconds.filter((one) => Math.floor(one / 30) === part).length,
    )
    for (const count of inEach) {
      expect(count).toBeGreaterThan(230)
      expect(count).toBeLessThan(370)
    }
  })
})
