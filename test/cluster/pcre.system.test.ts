import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { unfit, wellFormed } from './patterns.ts'

needs('grep')

/** grep(1) has PCRE2, too, and ends with 2 where it does not take a pattern. */
const isTaken = (pattern: string) =>
  spawnSync('grep', ['-zP', '--', pattern], { input: 'x', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    .status !== 2

it('PCRE itself takes the same patterns', () => {
  expect(wellFormed.filter((pattern) => !isTaken(pattern))).toEqual([])
  expect(unfit.filter(([pattern]) => isTaken(pattern))).toEqual([])
})
