import { expect, it } from 'vitest'
import { units } from '../../src/sensors/units.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

it.each(shells)('answers by %s for a unit that does not exist, with systemd or without', async (shell) => {
  const [reading] = await ask(shell, units, ['no-such-unit-at-all'])
  expect(reading).toMatchObject({ load: 'not-found', active: 'inactive', loadedAt: 0 })
})
