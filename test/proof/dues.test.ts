import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Dues } from '../../src/proof/dues.ts'

it('what is due first is what looking at all finds, whatever was noted before and counts no more', () => {
  const noted = fc.array(fc.tuple(fc.nat(20), fc.nat(8)), { maxLength: 60 })
  fc.assert(
    fc.property(noted, fc.array(fc.nat(8)), (all, gone) => {
      const dues = new Dues()
      const counting = new Map<number, number>()
      for (const [at, of] of all) {
        dues.add(at, of)
        counting.set(of, at)
      }
      const counts = ({ at, of }: { at: number; of: number }) => counting.get(of) === at
      for (const one of [...gone, 0, 1, 2, 3, 4, 5, 6, 7, 8]) {
        const least = [...counting].toSorted(([a, m], [b, n]) => m - n || a - b)[0]
        expect(dues.first(counts)).toEqual(least && { at: least[1], of: least[0] })
        counting.delete(least && one > 4 ? least[0] : one)
      }
    }),
  )
})
