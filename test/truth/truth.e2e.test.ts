import { afterAll, beforeAll } from 'vitest'
import { mixedImages } from '../e2e/architecture.ts'
import { startCluster, type TestCluster } from '../e2e/cluster.ts'
import { tryingAll } from '../e2e/in-place.ts'
import type { Damage } from './damage.ts'
import { damaged } from './damaged.ts'
import { damages } from './damages/index.ts'
import { describeMore } from './suite.ts'
import { inThrees, shuffledThrees } from './threes.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.89.1', { images: mixedImages })
  describeMore(cluster)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** Some by a word of theirs, from the first or a later one on; numbers of random combinations and their seed: for whoever works on this. */
const {
  UNDERSTUDY_DAMAGE: word = 'threes',
  UNDERSTUDY_DAMAGES_FROM: from = 0,
  UNDERSTUDY_DAMAGES_ROUNDS: rounds = 5,
  UNDERSTUDY_DAMAGES_SEED: seed = 1,
} = process.env

function chosen(): readonly (readonly Damage[])[] {
  const random = shuffledThrees(damages, { rounds: Number(rounds), seed: Number(seed) })
  if (tryingAll) return [...damages.map((damage) => [damage]), ...random]
  if (word === 'threes') return inThrees(damages).slice(Number(from))
  if (word === 'random') return random.slice(Number(from))
  return damages.filter(({ is }) => is.includes(word)).map((damage) => [damage])
}

damaged(() => cluster, chosen(), { reboot: tryingAll || word === 'reboot' })
