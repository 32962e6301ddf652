import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox', 'ip')

const vip = make('loopback_vip', { address: '10.9.0.100' })

describe.each(shells)('addresses and routes under $name', (shell) => {
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
