import { expect, it } from 'vitest'
import { listeners } from '../../src/sensors/listeners.ts'

it('reads the units of each port, each once, and their state', () => {
  const output =
    `listens nginx.service  tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6))
unit nginx.service enabled
listens nginx.service  tcp LISTEN 0 511 [::]:80 [::]:* users:(("nginx",pid=9,fd=7),("nginx",pid=8,fd=7))
listens named.service  udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("named",pid=7,fd=7))
unit named.service
listens   tcp LISTEN 0 5 *:8080 *:* users:(("python3",pid=6,fd=3))
listens nginx.service  tcp LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:(("nginx",pid=8,fd=8))
`.replace('unit named.service\n', 'unit named.service \n')
  const ports = ['80', '81', '53/udp', '53', '8080']
  expect([...listeners.read(output, ports).values()]).toEqual([
    [{ unit: 'nginx.service', enabled: 'enabled' }],
    [],
    [{ unit: 'named.service', enabled: '' }],
    [],
    [
      { unit: '', enabled: '' },
      { unit: 'nginx.service', enabled: 'enabled' },
    ],
  ])
  expect(listeners.read('no ss\n', ['80']).get('80')).toBeUndefined()
})

it('tells by which socket a service is started, which counts at boot', () => {
  const output = `listens page.socket page.socket tcp LISTEN 0 4096 *:80 *:* users:(("systemd",pid=1,fd=40))
unit page.socket enabled
listens app.service app.socket tcp LISTEN 0 4096 *:7000 *:* users:(("app",pid=30,fd=3),("systemd",pid=1,fd=41))
unit app.service static
unit app.socket disabled
`
  expect([...listeners.read(output, ['80', '7000']).values()]).toEqual([
    [{ unit: 'page.socket', enabled: 'enabled' }],
    [{ unit: 'app.service', enabled: 'disabled', socket: 'app.socket' }],
  ])
})
