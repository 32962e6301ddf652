import { expect, it } from 'vitest'
import { pings } from '../../src/sensors/pings.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'ping')

it.each(shells)('addresses that answer an echo are told from those that do not, under %s', async (shell) => {
  expect(await ask(shell, pings, ['127.0.0.1', '::1', '240.0.0.1'])).toEqual([true, true, false])
})
