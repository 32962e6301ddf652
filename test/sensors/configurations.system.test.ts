import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configurations } from '../../src/sensors/configurations.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('tells by %s every change of content, name and number of files', async (shell) => {
  const directory = mkdtempSync(join(tmpdir(), "it's a configuration "))
  const apart = mkdtempSync(join(tmpdir(), 'understudy-apart-'))
  const look = async () => (await ask(shell, configurations, [`${directory}\n${apart}/none`, '']))[0]
  const seen: string[] = []
  const changes = [
    () => mkdirSync(join(directory, 'sites')),
    () => writeFileSync(join(directory, 'sites', 'a b.conf'), 'one'),
    () => writeFileSync(join(directory, 'sites', 'a b.conf'), 'two'),
    () => renameSync(join(directory, 'sites', 'a b.conf'), join(directory, 'sites', 'c.conf')),
    () => symlinkSync(apart, join(directory, 'linked')),
    () => writeFileSync(join(apart, 'd.conf'), 'behind a link'),
    () => rmSync(join(directory, 'sites', 'c.conf')),
  ]
  for (const change of changes) {
    change()
    seen.push((await look())?.fingerprint ?? '')
  }
  // An empty directory and a link to one change nothing that a service could load.
  expect(seen[4]).toBe(seen[3])
  expect(new Set(seen).size).toBe(changes.length - 1)
  expect((await look())?.fingerprint).toBe(seen.at(-1))
  expect(Math.abs(((await look())?.changedAt ?? 0) - Date.now() / 1000)).toBeLessThan(5)
  rmSync(directory, { recursive: true })
  rmSync(apart, { recursive: true })
})

it('takes paths that are not there', async () => {
  const [reading] = await ask(['dash', '-s'], configurations, ['/no/such/path'])
  expect(reading?.changedAt).toBe(0)
})
