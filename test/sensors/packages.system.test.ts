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

it.each(shells)('does not take by %s what apt provides for the package of that name', async (shell) => {
  const name = 'apt-transport-https'
  const policy = execFileSync('apt-cache', ['policy', name], { encoding: 'utf8' })
  const isInstalled = !policy.includes('Installed: (none)')
  const isOffered = /Candidate: \d/.test(policy)
  const [found] = await ask(shell, packages, [name])
  expect(found?.installed !== undefined).toBe(isInstalled || !isOffered)
})
