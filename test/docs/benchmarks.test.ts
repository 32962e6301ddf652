import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { chart } from '../../bench/speed/chart.ts'
import { benchmarksPage } from '../../bench/speed/page.ts'
import { type Result, readResult } from '../../bench/speed/result.ts'

const at = (path: string) => resolve(import.meta.dirname, '../..', path)

/** What the bench stored last. */
function stored(): Result {
  const result = readResult(at('bench/speed/results.json'))
  if (result === undefined) throw new Error('nothing is stored: run npm run bench')
  return result
}

it('the page of the benchmarks is made of what was measured', async () => {
  await expect(benchmarksPage(stored())).toMatchFileSnapshot(at('docs/benchmarks.md'))
})

it('so is its chart', async () => {
  await expect(chart(stored())).toMatchFileSnapshot(at('docs/benchmarks.svg'))
})
