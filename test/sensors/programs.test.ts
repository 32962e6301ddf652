import { expect, it } from 'vitest'
import { programs } from '../../src/sensors/programs.ts'

it('reads paths as they are, replaced files among them', () => {
  const output = '0 /opt/my programs/web\n2 /usr/local/nginx/sbin/nginx (deleted)\n'
  expect([...programs.read(output, ['web', 'gone', 'nginx']).values()]).toEqual([
    { path: '/opt/my programs/web' },
    {},
    { path: '/usr/local/nginx/sbin/nginx (deleted)' },
  ])
})
