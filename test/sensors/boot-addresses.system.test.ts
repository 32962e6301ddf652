import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootAddresses } from '../../src/sensors/boot-addresses.ts'
import { needs } from '../needs.ts'
import { openWorld, type World } from '../resources/world.ts'
import { ask, namedShells } from './ask.ts'

needs('dash', 'busybox', 'worlds')

describe.each(namedShells)('under %s', (name, command) => {
  let world: World
  beforeAll(() => {
    world = openWorld({ name, command, busyboxTools: name === 'busybox' })
  })
  afterAll(() => world[Symbol.dispose]())

  it('names the files that bring an address back, and no others', async () => {
    world.run(`mkdir -p /etc/network/interfaces.d /etc/systemd/network/x.network.d
echo 'address 10.9.0.100/32' >'/etc/network/interfaces.d/a b'
echo 'Address=10.9.0.100' >/etc/systemd/network/vip.network
echo 'ip addr add 10.9.0.10/32 dev lo; ip addr add 10.9.0.100/32 dev lo' >/etc/rc.local
echo '10.9.0.1000 110.9.0.100' >/etc/network/interfaces`)
    expect(await ask(world.enter, bootAddresses, ['10.9.0.100', '10.9.0.10', '10.9.0.1'])).toEqual([
      ['/etc/systemd/network/vip.network', '/etc/network/interfaces.d/a b', '/etc/rc.local'],
      ['/etc/rc.local'],
      [],
    ])
  })
})
