import { expect, it } from 'vitest'
import { nginxUpstreams } from '../../src/sensors/nginx-upstreams.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox')

// Whether an nginx runs on this computer is its own affair.
it.each(shells)('whoever is asked says whether an nginx runs there, under %s', async (shell) => {
  const [reading] = await ask(shell, nginxUpstreams.sensor, [''])
  expect(reading?.answers === false ? reading.why : reading?.upstreams).toBeTruthy()
})
