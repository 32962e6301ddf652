import { expect, it } from 'vitest'
import { readTold } from '../../src/proof/index.ts'
import { check, directors, written } from './directors.ts'

const weightOf = (defined: string, tracked: string) => {
  const beside = check.replace('fall 2', `fall 2\n${defined}`)
  const [one] = directors(written({ beside, more: `track_script {\n check ${tracked}\n }` }))
  return one && readTold(one).speakers[0]?.tracks.find(({ is }) => is === 'script')?.weight
}

it.each([
  ['weight -30', '', -30],
  ['weight -30', 'weight -20', -20],
  // One beyond leaves that of the definition, save the one that counts as the last within.
  ['weight -30', 'weight -300', -30],
  ['weight -30', 'weight -254', -253],
  // What is no number is none.
  ['weight -30', 'weight much', 0],
  // Any other option makes keepalived leave out what is tracked.
  ['weight -30', 'weigth -20', undefined],
  ['weight -30', 'weight', undefined],
])('a script of %s that is tracked with %j has the weight %s', (defined, tracked, weight) => {
  expect(weightOf(defined, tracked)).toBe(weight)
})
