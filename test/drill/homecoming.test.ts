import { describe, expect, it } from 'vitest'
import { felt } from '../../src/drill/client/outage.ts'
import { homecomings } from '../../src/drill/homecoming.ts'
import type { ProbeRecord } from '../../src/model/drill.ts'

const vip = '10.77.0.100'
const services = [
  {
    address: vip,
    port: 80,
    tls: false,
    path: '/',
    interval: 10,
    timeout: 2000,
    atMost: 9,
    streams: [],
    url: 'http://vip/',
    sorryPage: true,
  },
]
const held = { holders: new Map([[vip, 'd1']]), services }
const away = [
  { vip, host: 'd1', from: 0, until: 100 },
  { vip, host: 'd2', from: 120, until: 500 },
]
const asked = (lost: readonly number[]): readonly ProbeRecord[] =>
  [90, 100, 490, 500, 510].map((sent) =>
    lost.includes(sent) ? { sent, verdict: 'failed' } : { sent, answered: sent + 1, verdict: 'good' },
  )
const wander = (holder: string, lost: readonly number[], spans = away) => {
  const records = asked(lost)
  const probed = [
    {
      url: 'http://vip/',
      interval: 10,
      wished: 10,
      late: 2,
      clockDoubt: 0,
      records,
      felt: felt(records, 250),
      kept: { connections: [], stall: 0, doubt: 0 },
      streams: [],
    },
  ]
  return homecomings(held, { spans, holders: new Map([[vip, holder]]), undoneAt: 400, probed })
}

describe('a VIP that went to another director', () => {
  it('is told to be back, with what its return alone cost', () => {
    expect(wander('d1', [90, 100, 500])).toEqual([{ vip, before: 'd1', after: 'd1', felt: 10, doubt: 10 }])
  })

  it('is told to have stayed', () => {
    expect(wander('d2', [])).toEqual([{ vip, before: 'd1', after: 'd2', felt: 0, doubt: 12 }])
  })

  it('is nothing to tell where it never went', () => {
    expect(wander('d1', [], [{ vip, host: 'd1', from: 0, until: 500 }])).toEqual([])
  })
})
