import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { felt, unservedSince } from '../../../src/drill/client/outage.ts'
import type { ProbeRecord } from '../../../src/model/drill.ts'

const good = (sent: number, took = 2): ProbeRecord => ({
  sent,
  answered: sent + took,
  verdict: 'good',
  servedBy: 'rs1',
})
const lost = (sent: number): ProbeRecord => ({ sent, verdict: 'failed' })

describe('what a client felt', () => {
  it('is no outage while every request is served', () => {
    expect(felt([good(0), good(10)], 250)).toMatchObject({ outages: [], longest: 0, good: 2 })
  })

  it('is an outage from the first request that failed to the first that was served again', () => {
    const { outages, longest } = felt([good(0), lost(10), lost(20), good(30)], 250)
    expect(outages).toEqual([{ from: 10, until: 30, requests: 2, doubt: 10 }])
    expect(longest).toBe(20)
  })

  it('counts an answer to a repeated SYN as part of the outage', () => {
    const { outages, slow } = felt([lost(0), good(10, 1010), good(20)], 250)
    expect(outages).toEqual([{ from: 0, until: 20, requests: 2, doubt: 10 }])
    expect(slow).toBe(1)
  })

  it('is trouble all the while every second request fails', () => {
    const { longest, troubled } = felt([good(0), lost(10), good(20), lost(30), good(40), good(50)], 250)
    expect([longest, troubled]).toEqual([10, 30])
  })

  it('takes a stray failure long after for something else', () => {
    const { troubled } = felt(
      [lost(0), good(10), lost(500), good(510), good(900), lost(5000), good(5010)],
      250,
    )
    expect(troubled).toBe(510)
  })

  it('leaves out what was over before the fault', () => {
    const records = [lost(0), good(10), lost(20), good(30), lost(40), good(50)]
    expect(felt(records, 250, 25).outages.map(({ from }) => from)).toEqual([20, 40])
  })

  it('is doubtful by the gaps in which nobody asked', () => {
    expect(felt([good(0), good(10), good(35)], 250)).toMatchObject({ longest: 0, doubt: 25 })
    expect(felt([good(0), lost(30), lost(80), good(90), good(200)], 250)).toMatchObject({
      longest: 60,
      doubt: 30,
    })
    expect(felt([good(0), lost(10), good(50), good(200)], 250).outages).toMatchObject([{ doubt: 40 }])
  })

  it('keeps an outage open that outlasts the measurement', () => {
    expect(felt([good(0), lost(10), lost(40)], 250)).toMatchObject({
      outages: [{ from: 10, requests: 2, doubt: 10 }],
      longest: 30,
    })
  })

  it('does not depend on the order in which answers came', () => {
    const records = fc.array(
      fc.record({ at: fc.nat(500), ok: fc.boolean() }).map(({ at, ok }) => (ok ? good(at) : lost(at))),
    )
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500)), records, (sents, drawn) => {
        const unique = sents.map((sent, index) => ({
          ...(drawn[index] ?? good(sent)),
          sent,
          answered: sent + 1,
        }))
        expect(felt(unique.toReversed(), 250)).toEqual(felt(unique, 250))
      }),
    )
  })
})

describe('the time for which nobody has been served', () => {
  it('counts from the last who was, after the fault, and leaves out who may still be answered', () => {
    const since = (...records: readonly ProbeRecord[]) => unservedSince(records, 250, 1000, 3000)
    expect(since(good(900), good(1500), lost(1510), lost(1520))).toBe(1250)
    expect(since(good(900), lost(1010))).toBe(1750)
    expect(since(good(2990))).toBe(0)
    expect(since(good(1500), good(1600, 400))).toBe(1250)
    expect(since()).toBe(1750)
  })
})
