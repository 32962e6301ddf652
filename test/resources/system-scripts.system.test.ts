import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { serviceScript } from '../../src/resources/service-script.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { groupBySensor } from '../../src/shell/questions.ts'
import { needs } from '../needs.ts'
import { make, planAll } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'shellcheck')

it('sends questions and changes that shellcheck has nothing against', async () => {
  const wanted = [
    make('package', { name: ['no-such-package', 'nor-this'], state: 'latest' }),
    make('package', { name: 'no-such-package', version: '1:2~rc^3' }),
    make('service', { name: 'no-such-unit', enabled: true, configuration: ['/etc/hosts'] }),
    make('sysctl', { name: 'net.ipv4.conf.all.arp_ignore', value: 1 }),
    make('kernel_module', { name: 'no-such-module', parameters: { a: 1 } }),
    make('loopback_vip', { address: '10.9.0.100' }),
    make('host_route', { to: '10.9.0.100', dev: 'lo' }),
    make('group', { name: 'no-such-group' }),
    make('user', { name: 'no-such-user', password: '$6$x', groups: ['no-such-group'] }),
    make('hostname', { name: 'another' }),
    make('mount', { path: '/t/m', src: '192.0.2.1:/a', fstype: 'nfs', options: 'ro,bg' }),
    make('nfs_export', { path: '/t/m', clients: ['192.0.2.1'] }),
  ]
  const [dash] = shells
  if (!dash) throw new Error('no shell')
  using world = openWorld(dash)
  const changes = (await planAll(world, wanted)).map((change) => change?.script)
  changes.push(
    serviceScript(
      { name: 'web', configuration: ['/etc/a', "/etc/it's"] },
      { move: 'reload', boot: undefined, daemonReload: true, wake: true },
    ),
    serviceScript(
      { name: 'web', configuration: [] },
      { move: 'stop', boot: false, daemonReload: false, wake: false },
    ),
  )
  const steps = changes.map((script) => {
    if (!script) throw new Error('a resource wants nothing')
    return { script, title: 'a step', ignoreErrors: false, environment: {}, uploads: {} }
  })
  const asks = groupBySensor(wanted.flatMap(({ queries }) => Object.values(queries)))
  const { script } = buildProgram('nonce', { asks, steps })
  // These suspect what is meant here: functions called by traps, quoted data, lists of one, a word named
  // done, and variables that each step exports for itself.
  const check = spawnSync(
    'shellcheck',
    ['-s', 'sh', '-e', 'SC2317,SC2329,SC2016,SC2043,SC1010,SC2030,SC2031', '-'],
    {
      input: script,
      encoding: 'utf8',
    },
  )
  expect(check.stdout).toBe('')
})
