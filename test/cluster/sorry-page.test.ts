import { expect, it } from 'vitest'
import { healthy, machines } from './inventory.ts'
import { keepalivedConf } from './rendered.ts'

it.each([
  ['dr', {}],
  ['tun', {}],
  ['nat', { nat: { gateway: '10.77.0.99' } }],
])('is reached as it comes, and never translated to a loopback address: %s', (forwarding, more) => {
  const services = [{ port: 80, forwarding, sorry_page: true, sorry_server_inhibit: true }]
  const text = keepalivedConf('d1', machines({ ...healthy, services, ...more }))
  const [, said = ''] = /^ +(sorry_server 127[\s\S]*?sorry_server_inhibit)$/m.exec(text) ?? []
  const lines = said.split('\n').map((line) => line.trim())
  expect(lines[0]).toBe('sorry_server 127.0.0.1 80')
  expect(lines.includes('sorry_server_lvs_method DR')).toBe(forwarding === 'nat')
})
