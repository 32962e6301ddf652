import { expect, it } from 'vitest'
import { endedSo, givenBack, type Lease, takenBy, timesBegun } from '../../src/fleet/lease.ts'

const holder = (job: string) => ({
  job,
  worker: 'w1',
  did: 'apply',
  by: 'ann@desk',
  since: '2026-01-01T00:00:00.000Z',
})
const taken = (job: string, before?: Lease) => takenBy(holder(job), before)

it('who never says how a job ended is counted, and so is each failure; who leaves it to others is not', () => {
  const first = taken('a')
  expect(first.begun).toEqual({ job: 'a', failed: 0, open: 1 })
  const left = taken('a', givenBack(endedSo(first, 'left')))
  expect(left.begun).toEqual({ job: 'a', failed: 0, open: 1 })
  const failed = taken('a', givenBack(endedSo(left, 'failed')))
  expect(failed.begun).toEqual({ job: 'a', failed: 1, open: 1 })
  const died = taken('a', failed)
  expect(died.begun).toEqual({ job: 'a', failed: 1, open: 2 })
  expect(timesBegun(died.begun)).toBe(3)
})

it('another job begins to count anew, and fences go on', () => {
  const died = taken('a', taken('a'))
  expect(taken('b', died)).toMatchObject({ fence: 3, begun: { job: 'b', failed: 0, open: 1 } })
})
