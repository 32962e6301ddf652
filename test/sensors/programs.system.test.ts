import { expect, it } from 'vitest'
import { programs } from '../../src/sensors/programs.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('answers by %s for a unit that does not run, with systemd or without', async (shell) => {
  expect(await ask(shell, programs, ['no-such-unit-at-all'])).toEqual([{}])
})
