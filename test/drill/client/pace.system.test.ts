import { expect, it } from 'vitest'
import { askSteadily } from '../../../src/drill/client/pace.ts'
import type { Ask, ProbePlan } from '../../../src/drill/client/probing.ts'
import type { ProbeRecord } from '../../../src/model/drill.ts'
import { needs } from '../../needs.ts'

// Nothing but time: it waits while others work.
needs()

/** What is known by now of asking at this rate where each request takes so many milliseconds, one after another. */
function answers({ interval, timeout }: ProbePlan, each: number, now: number): readonly ProbeRecord[] {
  let free = 0
  return Array.from({ length: Math.floor(now / interval) }, (_, index): ProbeRecord => {
    const sent = index * interval
    free = Math.max(free, sent) + each
    return free - sent > timeout
      ? { sent, verdict: 'failed' }
      : { sent, answered: free, verdict: 'good', servedBy: 'rs1' }
  }).filter(({ sent, answered = sent + timeout }) => answered <= now)
}

async function asked(interval: number, each: number) {
  const plan = { address: '127.0.0.1', port: 80, path: '/', interval, timeout: 500, atMost: 200, tls: false }
  const now = () => performance.now()
  let running = 0
  const ask: Ask = async (one) => {
    const start = now()
    running += 1
    const records = () =>
      answers(one, each, now() - start).map((record) => ({
        ...record,
        sent: record.sent + start,
        ...(record.answered === undefined ? {} : { answered: record.answered + start }),
      }))
    return {
      get records() {
        return records()
      },
      ...{ late: 0, clockDoubt: 0, broken: false },
      stop: async () => {
        running -= 1
        return records()
      },
    }
  }
  const { plans, probes } = await askSteadily([plan], { ask, now, signal: new AbortController().signal })
  return { interval: plans[0]?.interval, atMost: plans[0]?.atMost, left: running, probes: probes.length }
}

it.concurrent.each([
  ['as often as wished where that is no burden', 100, 1, 100],
  ['less often where requests would pile up', 10, 30, 40],
  ['at all, whatever comes of it', 10, 60_000, 160],
] as const)('asks %s', async (_, wished, each, kept) => {
  // Those that ask at the rate that was found go on, and no others.
  expect(await asked(wished, each)).toMatchObject({ interval: kept, left: 1, probes: 1 })
})
