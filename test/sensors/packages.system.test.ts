import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { packages } from '../../src/sensors/packages.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'dpkg-query')

it.each(shells)('tells by %s what is installed here, and what is not', async (shell) => {
  const names = ['dash', 'no-such-package-at-all', 'awk']
  const [dash, missing, provided] = await ask(shell, packages, names)
  expect(dash?.installed).toMatch(/^\d/)
  expect(missing).toEqual({ manager: 'apt', broken: false })
  expect(provided?.installed).toMatch(/^\d/)
})

it.each(shells.flatMap(([shell]) => ['apt-transport-https', 'gnupg-agent'].map((name) => ({ shell, name }))))(
  'does not take another package for $name that provides it: $shell',
  async ({ shell, name }) => {
    const policy = execFileSync('apt-cache', ['policy', name], { encoding: 'utf8' })
    const isInstalled = !policy.includes('Installed: (none)')
    const isOffered = /Candidate: \d/.test(policy)
    const [found] = await ask(shell, packages, [name])
    expect(found?.installed !== undefined).toBe(isInstalled || !isOffered)
  },
)
