import { describe, expect, it } from 'vitest'
import { clockDuring, withoutJump } from '../../src/drill/accounts.ts'
import { judge } from '../../src/drill/judge.ts'
import { undoTrouble } from '../../src/drill/undone.ts'
import { unwatched } from '../../src/drill/watch.ts'
import { Failure } from '../../src/model/failure.ts'
import { probed } from '../report/drilled.ts'
import { scripted } from './struck.ts'

describe('a clock that is read before a drill and after it', () => {
  const before = { skew: 1000, doubt: 2 }

  it('is doubted by what it went astray meanwhile', () => {
    expect(clockDuring(before, { skew: 1000.5, doubt: 1 }, false)).toEqual({ skew: 1000, doubt: 2 })
    expect(clockDuring(before, { skew: 990, doubt: 1 }, false)).toEqual({ skew: 1000, doubt: 11 })
  })

  it('is another one after a reboot', () => {
    expect(clockDuring(before, { skew: -70, doubt: 3 }, true)).toEqual({ skew: -70, doubt: 3 })
  })

  it('has noted things in the future while it was ahead', () => {
    const watched = {
      ...unwatched,
      log: [
        { at: 1000, text: 'before' },
        { at: 602_000, text: 'ahead' },
        { at: 4000, text: 'after' },
      ],
      packets: [{ at: 603_000, text: 'ahead' }],
    }
    const { log, packets, addresses } = withoutJump(watched, 600_000, 5000)
    expect(log.map(({ at }) => at)).toEqual([1000, 2000, 4000])
    expect([packets, addresses]).toEqual([[{ at: 3000, text: 'ahead' }], []])
  })
})

describe('a judgement', () => {
  const fault = scripted('keepalived-killed')
  const bound = { milliseconds: 100, why: 'so' }
  const whole = { unhealed: [], left: [] }
  const felt = (longest: number, doubt: number) => [
    { ...probed({ longest, doubt }), sorryPage: false, broken: false },
  ]

  it('blames nobody for what the figures cannot tell', () => {
    expect(judge(fault, felt(110, 10), bound, whole)).toEqual({ passed: true, reasons: [] })
    expect(judge(fault, felt(111, 10), bound, whole).reasons).toEqual([
      'http://10.0.0.100/ was not served for 111 ± 10 ms; the bound is 100 ms (so)',
    ])
  })

  it('tells how many of those that were not served in time were served after all', () => {
    const [one] = felt(400, 0)
    const good = (sent: number, answered: number) => ({ sent, answered, verdict: 'good' as const })
    const records = [good(0, 5), good(100, 500), good(200, 450), { sent: 300, verdict: 'failed' as const }]
    const outages = [{ from: 100, until: 500, requests: 3, doubt: 0 }]
    const service = one && { ...one, records: [...records, good(500, 505)], felt: { ...one.felt, outages } }
    expect(judge(fault, service ? [service] : [], bound, whole).reasons).toEqual([
      'http://10.0.0.100/ was not served for 400 ± 0 ms; the bound is 100 ms (so); of 3 requests meanwhile 2 were answered too late, after 400 ms at most',
    ])
  })

  it('tells of what could not be put back', () => {
    const failed = { status: 'rejected', reason: new Failure('STEP_FAILED', 'no start') } as const
    const left = undoTrouble('d1', failed)
    expect(judge(fault, felt(0, 10), bound, { unhealed: [], left }).reasons).toEqual([
      'it could not be put back: d1: no start',
    ])
    const rebooting = {
      status: 'rejected',
      reason: new Failure('UNREACHABLE', 'd1 does not answer'),
    } as const
    expect(undoTrouble('d1', rebooting)).toEqual([])
  })
})
