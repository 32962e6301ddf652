import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { type Contradiction, contest } from './contest.ts'
import { randomDirectors } from './random.ts'

needs('keepalived', 'ip', 'worlds')

/** Between them they have groups, nopreempt, unicast, files and links that are watched, and nothing that takes long. */
const quick = [5, 8, 12, 24, 36]
const first = Number(process.env.UNDERSTUDY_PROOF_SEED ?? 1)
const count = Number(process.env.UNDERSTUDY_PROOF_ROUNDS ?? 500)
const seeds = thorough ? Array.from({ length: count }, (_, index) => first + index) : quick
/** Each of them waits most of the time. */
const atOnce = thorough ? 20 : quick.length

describe('keepalived in network namespaces', () => {
  it(`elects whom the proof says, in ${seeds.length} configurations`, { timeout: 3_000_000 }, async () => {
    const left = [...seeds]
    const found: (Contradiction & { readonly seed: number })[] = []
    let states = 0
    const odd: number[] = []
    const work = async () => {
      for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
        const rounds = thorough ? 3 : 1
        const { compared, contradictions } = await contest(randomDirectors(seed), { seed, rounds })
        states += compared
        if (contradictions.length === 0) continue
        // What is seen once on a busy computer need not be so.
        const again = await contest(randomDirectors(seed), { seed, rounds })
        if (again.contradictions.length === 0) odd.push(seed)
        for (const one of again.contradictions) found.push({ seed, ...one })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    console.info(
      `${seeds.length} configurations, ${states} states compared; only the second time as computed: ${odd.join(', ') || 'none'}`,
    )
    expect(found).toEqual([])
  })
})
