import { describe, expect, it } from 'vitest'
import { jobIn } from '../../src/fleet/order.ts'
import { emptyOutcome, outcome, shortened } from '../../src/fleet/outcome.ts'

describe('a message of the stream of jobs', () => {
  it.each([
    ['no json at all', 'it is no JSON'],
    ['{"v":2,"is":"ordered"}', 'it is of version 2, and known here is 1'],
    ['{"v":"1","is":"ordered"}', 'it is of version "1"'],
    ['{"is":"ordered"}', 'it is not of a known shape'],
    ['{"v":1,"is":"else"}', 'it is not of a known shape'],
    ['{"v":1,"is":"ordered","order":{}}', 'it is not of a known shape: order.key'],
    ['null', 'it is not of a known shape'],
  ])('%s: why it is none', (text, why) => {
    expect(jobIn(text)).toEqual({ why: expect.stringContaining(why) })
  })
})

describe('an outcome', () => {
  it('stays as it is while it is short', () => {
    const short = { ...emptyOutcome('changed'), report: { cluster: 'shop' } }
    expect(shortened(short)).toEqual(short)
  })

  it('is cut until it fits in a stream, says so, and is of its shape', () => {
    const change = (index: number) => ({
      host: 'd1',
      id: `file[/etc/${index}]`,
      summary: 's',
      outcome: 'changed' as const,
      diff: 'x'.repeat(30_000),
    })
    const long = {
      ...emptyOutcome('changed'),
      changes: Array.from({ length: 1000 }, (_, index) => change(index)),
    }
    const cut = shortened(long)
    expect(JSON.stringify(cut).length).toBeLessThan(400_000)
    expect(cut.cut).toBe(true)
    expect(cut.changes.length).toBeGreaterThan(50)
    expect(outcome.safeParse(cut).error).toBeUndefined()
  })
})
