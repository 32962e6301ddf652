import { expect, it } from 'vitest'
import { affordable } from '../../../src/drill/client/pace.ts'
import type { Ask, ProbePlan } from '../../../src/drill/client/probing.ts'
import type { ProbeRecord } from '../../../src/model/drill.ts'
import { needs } from '../../needs.ts'

// Nothing but time: it waits while others work.
needs()

/** What comes of asking for a second at this rate where each request takes so many milliseconds, one after another. */
function answers({ interval, timeout }: ProbePlan, each: number): readonly ProbeRecord[] {
  let free = 0
  return Array.from({ length: 1000 / interval }, (_, index): ProbeRecord => {
    const sent = index * interval
    free = Math.max(free, sent) + each
    return free - sent > timeout
      ? { sent, verdict: 'failed' }
      : { sent, answered: free, verdict: 'good', servedBy: 'rs1' }
  })
}

async function intervalFor(interval: number, each: number): Promise<number | undefined> {
  const plan = { address: '127.0.0.1', port: 80, path: '/', interval, timeout: 500, atMost: 200, tls: false }
  const ask: Ask = async (one) => ({
    records: [],
    late: 0,
    clockDoubt: 0,
    broken: false,
    stop: async () => answers(one, each),
  })
  return (await affordable([plan], { ask, signal: new AbortController().signal }))[0]?.interval
}

it.concurrent.each([
  ['as often as wished where that is no burden', 100, 1, 100],
  ['less often where requests would pile up', 10, 30, 40],
  ['at all, whatever comes of it', 10, 60_000, 160],
] as const)('asks %s', async (_, wished, each, kept) => {
  expect(await intervalFor(wished, each)).toBe(kept)
})
