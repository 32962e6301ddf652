import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages } from '../e2e/architecture.ts'
import { startCluster, type TestCluster } from '../e2e/cluster.ts'
import { proofsOf } from '../e2e/events.ts'
import { round, type Whole, wholeOf } from './at-random/round.ts'
import { shapes } from './at-random/shapes.ts'
import { troubleOf } from './suite.ts'

/** Which shapes, by a word of theirs, how many rounds for each, and the first one's seed: for whoever works on this. */
const {
  UNDERSTUDY_DAMAGE: word = '',
  UNDERSTUDY_DAMAGES_ROUNDS: rounds = 2,
  UNDERSTUDY_DAMAGES_SEED: first = 1,
} = process.env
const seeds = Array.from({ length: Number(rounds) }, (_, index) => Number(first) + index)

describe.each(shapes.filter(({ is }) => is.includes(word)))('$is', ({ inventory, network, tell }) => {
  let cluster: TestCluster
  let whole: Whole
  beforeAll(async () => {
    cluster = await startCluster(inventory, network, { images: mixedImages })
    tell(cluster)
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, troubleOf(applied)).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    whole = await wholeOf(cluster)
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it.each(seeds)('is wounded at random, and healed as the plan says: %i', async (seed) => {
    try {
      await round(whole, seed)
    } catch (error) {
      // What one could not put back is no fault of the next.
      whole = await wholeOf(cluster)
      throw error
    }
  })
})
