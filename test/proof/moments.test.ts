import { expect, it } from 'vitest'
import { networkOf } from '../../src/proof/network.ts'
import { partitionsOf } from '../../src/proof/partitions.ts'
import { readTold } from '../../src/proof/read.ts'
import { plightsOf, situations } from '../../src/proof/situations.ts'
import { Trials } from '../../src/proof/trial.ts'
import { directors, type Words, written } from './directors.ts'

/** Who may hold the VIP in the end, where one of these directors was the first to start and something befalls them. */
function holders(first: string, what: string, ...all: readonly Words[]): readonly string[] {
  const tolds = directors(...all.map(written)).map(readTold)
  const speakers = tolds.flatMap((told) => told.speakers)
  const network = networkOf(speakers)
  const trials = new Trials(tolds, network)
  const plights = tolds.map((told) => plightsOf(told, tolds))
  const every = [...situations(tolds, plights, partitionsOf(tolds, network), 1000)]
  const situation = every.find(({ mishaps }) => mishaps.map((one) => one.what).join(' + ') === what)
  if (!situation) throw new Error(`nothing is known of ${what}`)
  const ends = trials.befall(trials.rest(first), situation).map(({ election: { standings } }) =>
    speakers
      .filter(
        ({ director }, at) => standings[at]?.state === 'MASTER' && !what.includes(`${director} is down`),
      )
      .map(({ director }) => director)
      .join('+'),
  )
  return [...new Set(ends)].toSorted()
}

it('leaves open who comes first where a script fails sooner or later than a takeover', () => {
  const weighs = 'nopreempt\ntrack_script {\n check weight -60\n}'
  const all = [{ priority: 200 }, { priority: 250 }, { priority: 240 }].map((one) => ({
    ...one,
    ...{ more: weighs, advert: 0.5 },
  }))
  expect(holders('d2', 'd2 is down + script check of d3 fails', ...all)).toEqual(['d1', 'd3'])
  // Alone it may be noticed when it likes.
  expect(holders('d2', 'd2 is down', ...all)).toEqual(['d3'])
})

it('leaves open who comes first of several that wait equally long', () => {
  const all = [{ priority: 130 }, { priority: 130 }, { priority: 200 }]
  expect(holders('d3', 'd3 is down', ...all)).toEqual(['d1', 'd2'])
  expect(holders('d3', 'd3 is down', { priority: 131 }, { priority: 130 }, { priority: 200 })).toEqual(['d1'])
})
