import { expect, it } from 'vitest'
import { programs } from '../../src/sensors/programs.ts'
import { ask, shells } from './ask.ts'

it.each(shells)('answers by %s for a unit that does not run, with systemd or without', async (shell) => {
  expect(await ask(shell, programs, ['no-such-unit-at-all'])).toEqual([{}])
})

it('reads paths as they are, replaced files among them', () => {
  const output = '0 /opt/my programs/web\n2 /usr/local/nginx/sbin/nginx (deleted)\n'
  expect([...programs.read(output, ['web', 'gone', 'nginx']).values()]).toEqual([
    { path: '/opt/my programs/web' },
    {},
    { path: '/usr/local/nginx/sbin/nginx (deleted)' },
  ])
})
