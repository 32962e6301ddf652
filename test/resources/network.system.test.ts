import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
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

describe.each(shells)('a route that leads our own answers another way under $name', (shell) => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })
  const route = make('host_route', { to: '192.0.2.0/24', via: '10.9.0.1' })
  const open = () => {
    vi.stubEnv('SSH_CONNECTION', '192.0.2.9 50000 10.9.0.2 22')
    const world = openWorld(shell)
    const network = world.enter.slice(0, 6).concat('sh', '-euc')
    const run = (line: string) =>
      execFileSync(network[0] ?? '', [...network.slice(1), line], { encoding: 'utf8' })
    run(
      'ip link add eth7 type veth peer name eth8; ip link set eth7 up; ip link set eth8 up; ip addr add 10.9.0.2/24 dev eth7',
    )
    run('ip route add 192.0.2.0/24 via 10.9.0.254')
    const trial = world.outside('/run/understudy.way.192.0.2.0-24')
    return { world, run, trial, [Symbol.dispose]: () => world[Symbol.dispose]() }
  }

  it('is on trial until the next program comes', async () => {
    using at = open()
    const { status, again, change } = await apply(at.world, route)
    expect([status, change?.stopsByStatus, existsSync(at.trial)]).toEqual([0, false, true])
    expect(again?.summary).toBe('bring it back at boot')
    // Without systemd it cannot last, but the trial is over.
    expect((await apply(at.world, route)).stderr).toContain('nothing would bring this back at boot')
    expect([existsSync(at.trial), at.run('ip route show 192.0.2.0/24')]).toEqual([
      false,
      expect.stringContaining('via 10.9.0.1'),
    ])
  })

  it.each([
    ['what was there before it', [], true],
    [
      'not what somebody set in its place',
      ['/etc/systemd/system/understudy-route-192.0.2.0-24.service'],
      false,
    ],
  ])('notes %s', async (_, units, isNoted) => {
    using at = open()
    for (const unit of units) at.world.run(`mkdir -p "$(dirname ${unit})"; echo '[Unit]' >${unit}`)
    await apply(at.world, route)
    expect(existsSync(at.world.outside('/var/lib/understudy/routes/192.0.2.0-24'))).toBe(isNoted)
  })

  it('is put back where none comes, and not tried again', async () => {
    using at = open()
    // In place of the one that the world itself sleeps by.
    at.world.run(
      "cd /usr/local/sbin; rm -f sleep; printf '#!/bin/sh\\nexec /bin/sleep 1\\n' >sleep; chmod +x sleep",
    )
    await apply(at.world, route)
    await expect.poll(() => existsSync(`${at.trial}.late`), { timeout: 20_000 }).toBe(true)
    await expect
      .poll(() => at.run('ip route show 192.0.2.0/24'), { timeout: 20_000 })
      .toContain('via 10.9.0.254')
    const refused = await apply(at.world, route)
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('went back to the way before'),
    ])
    expect(await plan(at.world, make('host_route', { to: '192.0.2.0/24', via: '10.9.0.254' }))).toMatchObject(
      {
        summary: 'bring it back at boot',
      },
    )
  })
})
