import { expect, it } from 'vitest'
import { listeners } from '../../src/sensors/listeners.ts'

it('reads units and their state', () => {
  const readings = listeners.read(
    '# 0\nunit nginx.service enabled\nunit nginx.service enabled\n# 1\n? no ss\n',
    ['80', '81'],
  )
  expect(readings.get('80')).toEqual([{ unit: 'nginx.service', enabled: 'enabled' }])
  expect(readings.get('81')).toBeUndefined()
})
