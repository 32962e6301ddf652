import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Pending, Pendings } from '../../src/engine/pendings.ts'
import { affects, type Query, queryKey } from '../../src/model/sensor.ts'

const token = fc.constantFrom(
  '*',
  'file:/',
  'file:/a',
  'file:/a/',
  'file:/a/b',
  'file:/ab',
  'unit:x',
  'unit:x/y',
  'a/',
)
const host = fc.constantFrom(undefined, 'b')
const pending = fc.record({
  disturbs: fc.oneof(
    { weight: 6, arbitrary: fc.array(token, { maxLength: 3 }) },
    fc.constant('everything' as const),
  ),
  on: host,
})
const query = fc.record({ about: fc.array(token, { maxLength: 2 }), on: host })

it('the first change that disturbs a question is the one that looking at all of them finds', () => {
  fc.assert(
    fc.property(fc.array(pending, { maxLength: 6 }), fc.array(query, { maxLength: 2 }), (changes, asked) => {
      const all = changes.map((one, number): Pending => ({ id: `file[${number}]`, ...one }))
      const queries = asked as unknown as readonly Query<unknown>[]
      const found = new Pendings()
      for (const one of all) found.add(one)
      const names = ({ disturbs, on }: Pending, one: Query<unknown>) =>
        on === one.on && disturbs !== 'everything' && affects(disturbs, one)
      const first = all.find(
        (one) =>
          (one.disturbs === 'everything' && queries.length > 0) || queries.some((each) => names(one, each)),
      )
      expect(found.disturber(queries)).toBe(first)
      for (const one of queries) expect(found.touches(one)).toBe(all.some((each) => names(each, one)))
    }),
    { numRuns: 2000 },
  )
})

it('what is foretold of a question holds until something else disturbs it', () => {
  const foretold = fc.record({ disturbs: fc.array(token, { maxLength: 2 }), leaves: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(fc.oneof(pending, foretold), { maxLength: 6 }),
      fc.array(token),
      (changes, about) => {
        const asked = { sensor: { name: 's' }, subject: 'x', about } as unknown as Query<unknown>
        const all = changes.map((one, number): Pending => {
          const leaves = 'leaves' in one && one.leaves
          return {
            ...{ id: `file[${number}]`, disturbs: one.disturbs },
            ...(leaves
              ? { leaves: new Map([[queryKey(asked), number]]) }
              : { on: 'on' in one ? one.on : undefined }),
          }
        })
        const found = new Pendings()
        for (const one of all) found.add(one)
        const last = all.findLastIndex(
          ({ disturbs, on, leaves }) =>
            leaves || disturbs === 'everything' || (on === undefined && affects(disturbs, asked)),
        )
        const reading = all[last]?.leaves ? last : undefined
        expect(found.foretold(asked)?.reading).toBe(reading)
      },
    ),
    { numRuns: 2000 },
  )
})
