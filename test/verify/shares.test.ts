import { describe, expect, it } from 'vitest'
import { type Shares, sharesOf } from '../../src/cluster/index.ts'
import { alarmOf, leastOf, requestsTelling } from '../../src/verify/shares.ts'
import { thorough } from '../thorough.ts'
import {
  haproxyRoundRobin,
  kernelRoundRobin,
  kernelWeightedRoundRobin,
  nginxRoundRobin,
  seeded,
} from './balancers.ts'

const models = {
  'ipvs rr': ['ipvs', 'rr', kernelRoundRobin],
  'ipvs wrr': ['ipvs', 'wrr', kernelWeightedRoundRobin],
  'nginx wrr': ['nginx', 'wrr', nginxRoundRobin],
  'haproxy wrr': ['haproxy', 'wrr', haproxyRoundRobin],
} as const

/** Realservers of these weights, up to four of them, and two or three that proxies alone mix well enough. */
const pools: readonly (readonly number[])[] = [
  ...[[1], [1, 1], [1, 1, 1], [1, 1, 1, 1], [1, 0, 1], [2, 1], [3, 1], [7, 1], [3, 2], [5, 3], [5, 2, 1]],
  ...[
    [2, 1, 1],
    [2, 2, 1],
    [3, 2, 1, 1],
    thorough ? [100, 50, 50] : [40, 20, 20],
    [7, 3],
    [10, 1],
    [20, 9],
    [10, 7, 5],
  ],
]

const cases = Object.entries(models).flatMap(([name, model]) =>
  pools
    // The kernel's rr makes no difference between weights.
    .filter((pool) => model[1] === 'wrr' || new Set(pool).size === 1)
    .map((pool) => ({ name, weights: pool.join(':'), model, pool })),
)

/** What a verification of one page knows: how often to ask, and how little is too little. */
function judged([balancer, scheduler, turns]: (typeof cases)[number]['model'], pool: readonly number[]) {
  const shares = sharesOf({ balancer }, { scheduler, extra: { backend: '' } }, pool)
  const alarm = alarmOf(pool.length)
  const requests = requestsTelling(shares, alarm)
  const least = pool.map((weight, index) => (weight > 0 ? leastOf(shares, index, requests, alarm) : 0))
  const counted = scheduler === 'rr' ? pool.map((weight) => Math.min(1, weight)) : pool
  const next = turns(counted)
  /** Whose turn it is, for ever again. */
  const cycle = Array.from({ length: counted.reduce((sum, weight) => sum + weight, 0) }, next)
  return { cycle, requests, least }
}

/** How many requests of others come between two of ours: their probabilities from 0 on. */
const others: Readonly<Record<string, readonly number[]>> = {
  nobody: [1],
  ...Object.fromEntries(
    [0.3, 1, 3, 9, 20].flatMap((mean) => [
      [`at random, ${mean}`, distribution((before, count) => (before * mean) / count, Math.exp(-mean))],
      [`in crowds, ${mean}`, distribution((before) => (before * mean) / (1 + mean), 1 / (1 + mean))],
    ]),
  ),
}

function distribution(next: (before: number, count: number) => number, first: number): readonly number[] {
  const all = [first]
  for (let count = 1; count < 200; count++) all.push(next(all[count - 1] ?? 0, count))
  return all
}

describe('how often a page is asked for', () => {
  it('is no longer than it must be, and bearable', () => {
    const needed = (weights: readonly number[]) =>
      requestsTelling(
        sharesOf({ balancer: 'ipvs' }, { scheduler: 'wrr', extra: { backend: '' } }, weights),
        alarmOf(2),
      )
    expect([[1], [1, 1], [1, 1, 1], [1, 1, 1, 1]].map(needed)).toEqual([12, 22, 38, 53])
    for (const { model, pool } of cases) expect(judged(model, pool).requests).toBeLessThanOrEqual(60)
    const none: Shares = { is: 'none', why: '' }
    expect([requestsTelling(none, 1e-6), leastOf(none, 0, 60, 1e-6)]).toEqual([12, 0])
  })

  it('tells of up to four equals, and of nobody with a hundredth', () => {
    const told = (name: keyof typeof models, pool: readonly number[]) =>
      judged(models[name], pool).least.map((least) => least > 0)
    for (const name of ['ipvs wrr', 'nginx wrr', 'haproxy wrr'] as const) {
      expect(told(name, [1, 1, 1, 1])).toEqual([true, true, true, true])
      expect(told(name, [1, 1, 1, 1, 1, 1])).not.toContain(true)
    }
    expect(told('haproxy wrr', [100, 1])).toEqual([true, false])
    // The kernel serves the heavy one alone for 201 turns.
    expect(told('ipvs wrr', [301, 100])).toEqual([false, false])
    expect(told('nginx wrr', [301, 100])).toEqual([true, true])
    expect(told('ipvs rr', [301, 100])).toEqual([true, true])
  })
})

describe.each(cases)('$name with weights $weights', ({ model, pool }) => {
  it('is never suspected wrongly, however others ask in between', () => {
    const { cycle, requests, least } = judged(model, pool)
    // Whoever can be told of nothing can be suspected of nothing.
    const suspects = least.flatMap((fewest, index) => (fewest > 0 ? [{ index, fewest }] : []))
    for (const [name, between] of Object.entries(others)) {
      const alarms = suspects.map(({ index, fewest }) => {
        const own = cycle.map((turn) => turn === index)
        return fewerThan(fewest, own, requests, between)
      })
      expect(
        alarms.reduce((sum, alarm) => sum + alarm, 0),
        name,
      ).toBeLessThan(1e-6)
    }
  })
})

/**
 * The probability that fewer than so many of our requests are ours in a cycle, from any point of it: exactly, by what is
 * possible after each request.
 */
function fewerThan(
  fewest: number,
  cycle: readonly boolean[],
  requests: number,
  between: readonly number[],
): number {
  const length = cycle.length
  const steps = new Float64Array(length)
  for (const [count, probability] of between.entries())
    steps[(count + 1) % length] = (steps[(count + 1) % length] ?? 0) + probability
  const moves = [...steps.entries()].filter(([, probability]) => probability > 1e-15)
  // By what was counted and the point of the cycle, of those that are still too few.
  let states = new Float64Array(fewest * length)
  for (let at = 0; at < length; at++) {
    const counted = cycle[at] ? 1 : 0
    if (counted < fewest) states[counted * length + at] = 1 / length
  }
  for (let request = 1; request < requests; request++) {
    const after = new Float64Array(fewest * length)
    for (const [state, probability] of states.entries()) {
      if (probability < 1e-18) continue
      const at = state % length
      for (const [step, chance] of moves) {
        const then = (at + step) % length
        const counted = Math.floor(state / length) + (cycle[then] ? 1 : 0)
        const index = counted * length + then
        if (counted < fewest) after[index] = (after[index] ?? 0) + probability * chance
      }
    }
    states = after
  }
  return states.reduce((sum, probability) => sum + probability, 0)
}

describe('verifications without end', () => {
  const rounds = thorough ? 100_000 : 20_000
  const small = cases.filter(({ pool }) => pool.length < 5 && pool.length > 1 && Math.max(...pool) < 3)

  it.each(small)('of $name with weights $weights: no alarm', ({ model, pool }) => {
    const { cycle, requests, least } = judged(model, pool)
    const chance = seeded(77)
    let [alarms, at] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      const counts = pool.map(() => 0)
      // From nobody else at all to somebody else twice as often as we.
      const busy = (round % 10) / 13
      for (let request = 0; request < requests; request++) {
        at = (at + 1) % cycle.length
        while (chance() < busy) at = (at + 1) % cycle.length
        const served = cycle[at] ?? 0
        counts[served] = (counts[served] ?? 0) + 1
      }
      if (counts.some((count, index) => count < (least[index] ?? 0))) alarms++
    }
    expect(alarms).toBe(0)
  })
})
