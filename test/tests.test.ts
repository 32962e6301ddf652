import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(import.meta.dirname, path), 'utf8') }))

it('say at the top what they need of a computer, be it nothing but time', () => {
  const silent = files.filter(
    ({ path, text }) => path.endsWith('.system.test.ts') !== /^needs\([')]/m.test(text),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})

it('are skipped for that reason only', () => {
  const evading = files.filter(({ text }) => /\.(skip|skipIf|runIf|only|todo)\b/.test(text))
  expect(evading.map(({ path }) => path)).toEqual([])
})
