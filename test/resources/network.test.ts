import { describe, expect, it } from 'vitest'
import { unitTexts } from '../../src/sensors/unit-texts.ts'
import { apply, make } from './run.ts'
import { openWorld, root, shells } from './world.ts'

const vip = make('loopback_vip', { address: '10.9.0.100' })

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

describe.skipIf(!root).each(shells)('addresses and routes under $name', (shell) => {
  // These worlds have a network of their own but no systemd: what is live happens, what would last is refused.
  it('come after the ARP settings, and nothing is said to last without systemd', async () => {
    using world = openWorld(shell)
    const { status, stderr, again } = await apply(world, vip)
    expect(status).not.toBe(0)
    expect(stderr).toContain('nothing would bring this back at boot')
    expect(again?.differences.map((difference) => 'name' in difference && difference.name)).toEqual([
      'at boot',
    ])
    const route = await apply(world, make('host_route', { to: '10.9.0.100', dev: 'lo' }))
    expect(route.again?.differences.map((difference) => 'name' in difference && difference.name)).toEqual([
      'at boot',
    ])
    await apply(world, make('loopback_vip', { address: '10.9.0.100', state: 'absent' }))
    const gone = make('loopback_vip', { address: '10.9.0.100', state: 'absent' })
    expect((await apply(world, gone)).change).toBeUndefined()
  })

  it('quiet every setting before the address appears, at boot too', async () => {
    using world = openWorld(shell)
    const { program } = await apply(world, vip)
    const text = program.slice(program.indexOf('# Written by understudy.'))
    const started = [...text.matchAll(/^ExecStart=(.*)$/gm)].map(([, line = '']) => line)
    expect(started.map((line) => /arp_ignore|arp_announce|addr replace/.exec(line)?.[0])).toEqual([
      'arp_ignore',
      'arp_announce',
      'arp_ignore',
      'arp_announce',
      'addr replace',
    ])
    expect(text).toMatch(/^After=.*systemd-sysctl\.service/m)
    expect(text).toMatch(/^Before=.*network-online\.target/m)
  })
})

it('reads unit texts that look like headings', () => {
  const [first, second] = unitTexts.read('# 0\n!\n|# 1\n|[Unit]\n# 1\n', ['a', 'b']).values()
  expect({ first, second }).toEqual({ first: '# 1\n[Unit]\n', second: undefined })
})
