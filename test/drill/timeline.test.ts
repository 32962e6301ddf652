import { describe, expect, it } from 'vitest'
import { type ClockSample, clockDifference } from '../../src/drill/clock.ts'
import { holderSpans, logOf } from '../../src/drill/timeline.ts'
import { unwatched, type Watched } from '../../src/drill/watch.ts'

const vip = '10.0.0.100'
const course = {
  startedAt: 1000,
  faultAt: 2000,
  undoneAt: 9000,
  struck: ['d1'],
  holders: new Map([[vip, 'd1']]),
}

describe('the timeline', () => {
  it('tells on our clock who held the VIP when', () => {
    const spans = holderSpans(
      [
        {
          host: 'd1',
          skew: 1000,
          doubt: 0,
          heldBefore: [vip],
          watched: { lost: false, log: [], pools: [], addresses: [{ at: 6000, address: vip, came: false }] },
        },
        {
          host: 'd2',
          skew: -500,
          doubt: 0,
          heldBefore: [],
          watched: {
            lost: false,
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
      course,
    )
    expect(spans).toEqual([
      { vip, host: 'd1', from: 1000, until: 5000 },
      { vip, host: 'd2', from: 5500, until: 9500 },
    ])
  })

  it('puts the notes of all machines in one order', () => {
    const noted = (text: string, at: number) => ({
      lost: false,
      addresses: [],
      pools: [],
      log: [{ at, text }],
    })
    const log = logOf(
      [
        { host: 'd1', skew: 100, doubt: 0, heldBefore: [], watched: noted('second', 1200) },
        { host: 'd2', skew: -100, doubt: 0, heldBefore: [], watched: noted('first', 900) },
        { host: 'd3', skew: 0, doubt: 0, heldBefore: [], watched: noted('of another time', 900) },
      ],
      course,
    )
    expect(log.map(({ text, at }) => `${text} ${at}`)).toEqual(['first 1000', 'second 1100'])
  })

  it('tells of a director that lost its notes with its power when it was back', () => {
    const log = [{ at: 8100, text: 'd1 Keepalived_vrrp[7]: (VI_1) Entering MASTER STATE' }]
    const account = { host: 'd1', skew: 100, doubt: 0, heldBefore: [vip] }
    const spans = (watched: Watched, holder: string) =>
      holderSpans([{ ...account, watched }], [vip], { ...course, holders: new Map([[vip, holder]]) })
    const before = { vip, host: 'd1', from: 1000, until: 2000 }
    expect(spans({ ...unwatched, log }, 'd1')).toEqual([before, { vip, host: 'd1', from: 8000 }])
    expect(spans(unwatched, 'd1')).toEqual([before, { vip, host: 'd1', from: 9000 }])
    expect(spans({ ...unwatched, log }, 'd2')).toEqual([before])
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
