import { describe, expect, it } from 'vitest'
import { type ClockSample, clockDifference } from '../../src/drill/clock.ts'
import { holderSpans, logOf } from '../../src/drill/timeline.ts'

const vip = '10.0.0.100'

describe('the timeline', () => {
  it('tells on our clock who held the VIP when', () => {
    const spans = holderSpans(
      [
        {
          host: 'd1',
          skew: 1000,
          doubt: 0,
          heldBefore: [vip],
          watched: { log: [], pools: [], addresses: [{ at: 6000, address: vip, came: false }] },
        },
        {
          host: 'd2',
          skew: -500,
          doubt: 0,
          heldBefore: [],
          watched: {
            pools: [],
            log: [],
            addresses: [
              { at: 5000, address: vip, came: true },
              { at: 5200, address: '10.0.0.7', came: false },
              { at: 9000, address: vip, came: false },
            ],
          },
        },
      ],
      [vip],
      1000,
    )
    expect(spans).toEqual([
      { vip, host: 'd1', from: 1000, until: 5000 },
      { vip, host: 'd2', from: 5500, until: 9500 },
    ])
  })

  it('puts the notes of all machines in one order', () => {
    const noted = (text: string, at: number) => ({ addresses: [], pools: [], log: [{ at, text }] })
    const log = logOf([
      { host: 'd1', skew: 100, doubt: 0, heldBefore: [], watched: noted('second', 1100) },
      { host: 'd2', skew: -100, doubt: 0, heldBefore: [], watched: noted('first', 800) },
    ])
    expect(log.map(({ text, at }) => `${text} ${at}`)).toEqual(['first 900', 'second 1000'])
  })

  it('trusts the quickest answer about a clock', () => {
    const samples: ClockSample[] = [
      { before: 0, theirs: 5100, after: 200 },
      { before: 1000, theirs: 6005, after: 1010 },
    ]
    expect(clockDifference(samples)).toEqual({ skew: 5000, doubt: 5 })
    expect(clockDifference([])).toEqual({ skew: 0, doubt: 0 })
  })
})
