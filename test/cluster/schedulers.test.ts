import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../src/cluster/index.ts'

const shares = (
  balancer: 'ipvs' | 'nginx' | 'haproxy',
  service: Partial<Parameters<typeof sharesOf>[1]>,
  weights: readonly number[] = [1, 1],
) => sharesOf({ balancer }, { scheduler: 'wrr', extra: { backend: '' }, ...service }, weights)

describe('what a scheduler promises one client', () => {
  it('is its turns, by weight or not', () => {
    for (const balancer of ['ipvs', 'nginx', 'haproxy'] as const) {
      expect(shares(balancer, { scheduler: 'rr' }, [3, 1, 0, 1])).toEqual({
        ...{ is: 'turns', parts: [1 / 3, 1 / 3, 0, 1 / 3] },
      })
      expect(shares(balancer, {}, [6, 2, 0])).toEqual({ is: 'turns', parts: [0.75, 0.25, 0] })
    }
  })

  it("is nothing where the kernel's turns come in long stretches", () => {
    expect(shares('ipvs', {}, [100, 1])).toEqual({
      is: 'none',
      why: 'wrr needs 101 turns with these weights until all had theirs',
    })
    expect(shares('nginx', {}, [100, 1]).is).toBe('turns')
    expect(shares('ipvs', {}, [100, 50]).is).toBe('turns')
  })

  it('is nothing where others, addresses or the inventory decide', () => {
    for (const scheduler of [
      'lc',
      'wlc',
      'lblc',
      'lblcr',
      'sh',
      'dh',
      'mh',
      'sed',
      'nq',
      'fo',
      'ovf',
    ] as const)
      expect(shares('ipvs', { scheduler })).toMatchObject({
        is: 'none',
        why: expect.stringContaining(scheduler),
      })
    expect(shares('ipvs', { persistence: 50 })).toMatchObject({ why: expect.stringContaining('50 s') })
    expect(shares('haproxy', { extra: { backend: 'option abortonclose\n  balance uri\n' } })).toMatchObject({
      is: 'none',
    })
    expect(shares('haproxy', { extra: { backend: '# balance uri\n' } })).toMatchObject({ is: 'turns' })
  })
})
