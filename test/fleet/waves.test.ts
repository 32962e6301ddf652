import { describe, expect, it } from 'vitest'
import { mustStop, wavesOf } from '../../src/fleet/waves.ts'

const many = (count: number, site = 'berlin') =>
  Array.from({ length: count }, (_, index) => ({ cluster: `${site}-${index}`, site }))

describe('waves', () => {
  it.each([
    [1, [1]],
    [2, [1, 1]],
    [10, [1, 2, 7]],
    [100, [1, 4, 20, 75]],
    [1000, [1, 49, 200, 750]],
    [0, []],
  ])('%i clusters go in %j', (count, sizes) => {
    expect(wavesOf(many(count)).map(({ length }) => length)).toEqual(sizes)
  })

  it('have each cluster once, and tell of all sites early', () => {
    const waves = wavesOf([...many(60), ...many(40, 'oslo')])
    expect(new Set(waves.flat()).size).toBe(100)
    expect(new Set(waves[1]?.map(({ site }) => site))).toEqual(new Set(['berlin', 'oslo']))
  })

  it('stop at a share of failures, and where a whole wave failed', () => {
    const none = { all: 10, failed: 0, done: 5 }
    expect(mustStop({ all: 100, failed: 10, done: 50 }, none, 0.1)).toBe(false)
    expect(mustStop({ all: 100, failed: 11, done: 50 }, none, 0.1)).toBe(true)
    expect(mustStop({ all: 100, failed: 1, done: 1 }, { all: 1, failed: 1, done: 1 }, 0.5)).toBe(true)
    expect(mustStop({ all: 100, failed: 1, done: 3 }, none, 0)).toBe(true)
  })
})
