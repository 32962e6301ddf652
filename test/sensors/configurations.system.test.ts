import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { configurations } from '../../src/sensors/configurations.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('tells by %s when anything below changed, also where a time was set back', async (shell) => {
  const directory = mkdtempSync(join(tmpdir(), "it's a configuration "))
  const apart = mkdtempSync(join(tmpdir(), 'understudy-apart-'))
  const look = async () =>
    (await ask(shell, configurations, [`${directory}\n${apart}/none`, '']))[0]?.changedAt ?? 0
  const changes = [
    () => mkdirSync(join(directory, 'sites')),
    () => writeFileSync(join(directory, 'sites', 'a b.conf'), 'one'),
    () => utimesSync(join(directory, 'sites', 'a b.conf'), 1, 1),
    () => renameSync(join(directory, 'sites', 'a b.conf'), join(directory, 'sites', 'c.conf')),
    () => symlinkSync(apart, join(directory, 'linked')),
    () => writeFileSync(join(apart, 'd.conf'), 'behind a link'),
    () => rmSync(join(directory, 'sites', 'c.conf')),
  ]
  for (const change of changes) {
    const before = await look()
    await pause(1000 - (Date.now() % 1000) + 50)
    change()
    expect(await look()).toBeGreaterThan(before)
  }
  rmSync(directory, { recursive: true })
  rmSync(apart, { recursive: true })
})

it('takes paths that are not there', async () => {
  const [reading] = await ask(['dash', '-s'], configurations, ['/no/such/path'])
  expect(reading?.changedAt).toBe(0)
})
