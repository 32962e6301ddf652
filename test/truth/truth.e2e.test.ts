import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages } from '../e2e/architecture.ts'
import { startCluster } from '../e2e/cluster.ts'
import { proofsOf } from '../e2e/events.ts'
import { tryingAll } from '../e2e/in-place.ts'
import type { Damage } from './damage.ts'
import { damages, sampled } from './damages/index.ts'
import { becomes, describeMore, type Stage, snapshots, suffer } from './suite.ts'
import { inThrees, shuffledThrees } from './threes.ts'

let stage: Stage
let whole: Awaited<ReturnType<typeof snapshots>>

beforeAll(async () => {
  const cluster = await startCluster('lvs-dr', '10.89.1', { images: mixedImages })
  stage = { cluster, parts: { master: 'd1', backup: 'd2', realserver: 'rs1' } }
  describeMore(cluster)
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  whole = await snapshots(stage)
  for (const director of ['d1', 'd2']) expect(whole.get(director)?.join('\n')).toContain('VRRP Instance')
})
afterAll(() => stage?.cluster[Symbol.asyncDispose]())

/** Some by a word of theirs, from the first or a later one on; numbers of random combinations and their seed: for whoever works on this. */
const {
  UNDERSTUDY_DAMAGE: word,
  UNDERSTUDY_DAMAGES_FROM: from = 0,
  UNDERSTUDY_DAMAGES_ROUNDS: rounds = 5,
  UNDERSTUDY_DAMAGES_SEED: seed = 1,
} = process.env

function chosen(): readonly (readonly Damage[])[] {
  if (word === 'threes') return inThrees(damages).slice(Number(from))
  if (word !== undefined) return damages.filter(({ is }) => is.includes(word)).map((damage) => [damage])
  if (!tryingAll) return inThrees(damages.filter(({ is }) => sampled.includes(is)))
  return [
    ...damages.map((damage) => [damage]),
    ...shuffledThrees(damages, { rounds: Number(rounds), seed: Number(seed) }),
  ]
}

describe('what is told of a damaged cluster is true', () => {
  it.each(chosen().map((them) => [them.map(({ is, on }) => `${on}: ${is}`).join('; '), them] as const))(
    '%s',
    async (_, them) => {
      try {
        await suffer(them, stage, whole)
      } catch (error) {
        // What one could not put back is no fault of the next.
        whole = await snapshots(stage)
        throw error
      }
    },
  )

  // What is called "also after a reboot" is held against one.
  if (tryingAll || word === 'reboot')
    it('is the same after all power was lost', async () => {
      const { lab } = stage.cluster
      const machines = lab.machines.map(({ name }) => name)
      await Promise.all(machines.map((name) => lab.kill(name)))
      await Promise.all(machines.map((name) => lab.start(name)))
      await becomes(whole, stage)
    })
})
