import { expect, it } from 'vitest'
import { unitTexts } from '../../src/sensors/unit-texts.ts'
import { make } from './run.ts'

it('knows an IPv6 address however it is written', () => {
  expect(make('loopback_vip', { address: '2001:DB8:0:0::64' }).id).toBe('loopback_vip[2001:db8::64]')
})

it.each([
  ['loopback_vip', { address: '10.9.0.100/32' }],
  ['loopback_vip', { address: '10.9.0.100', device: 'lo; reboot' }],
  ['host_route', { to: '10.9.0.100' }],
  ['host_route', { to: 'somewhere', dev: 'lo' }],
  ['sysctl', { name: 'net.ipv4.ip_forward' }],
  ['sysctl', { name: '../etc/passwd', value: 1 }],
  ['package', { name: 'nginx; reboot' }],
  ['user', { name: 'web', password: 'a:b' }],
] as const)('refuses %s %j', (kind, parameters) => {
  expect(() => make(kind, parameters)).toThrow()
})

it('reads unit texts that look like headings', () => {
  const [first, second] = unitTexts.read('# 0\n!\n|# 1\n|[Unit]\n# 1\n', ['a', 'b']).values()
  expect({ first, second }).toEqual({ first: '# 1\n[Unit]\n', second: undefined })
})
