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
printf '%s\\n' 'auto lo:1' 'address 10.9.0.100/32' >'/etc/network/interfaces.d/a b'
echo 'Address=10.9.0.100' >/etc/systemd/network/vip.network
echo 'ip addr add 10.9.0.10/32 dev lo; ip addr add 10.9.0.100/32 dev lo' >/etc/rc.local
chmod 755 /etc/rc.local
echo '10.9.0.1000 110.9.0.100' >/etc/network/interfaces`)
    expect(await ask(world.enter, bootAddresses, ['10.9.0.100', '10.9.0.10', '10.9.0.1'])).toEqual([
      ['/etc/systemd/network/vip.network', '/etc/network/interfaces.d/a b', '/etc/rc.local'],
      ['/etc/rc.local'],
      [],
    ])
  })

  it('reads them as the boot does', async () => {
    world.run(`rm -rf /etc/network /etc/systemd/network /etc/rc.local
mkdir -p /etc/network /etc/systemd/network /etc/sysconfig/network-scripts /etc/systemd/system/multi-user.target.wants
echo '# Address=10.9.0.100' >/etc/systemd/network/a.network
echo 'Address=10.9.0.100' >/etc/systemd/network/a.network.off
printf '%s\\n' 'iface lo:1 inet static' '  address 10.9.0.100/32' >/etc/network/interfaces
printf '%s\\n' 'IPADDR=10.9.0.100' 'ONBOOT=no' >/etc/sysconfig/network-scripts/ifcfg-lo:1
echo 'ip addr add 10.9.0.100/32 dev lo' >/etc/rc.local
ln -s /dev/null /etc/systemd/system/multi-user.target.wants/vip.service`)
    expect(await ask(world.enter, bootAddresses, ['10.9.0.100'])).toEqual([[]])
    world.run(`echo 'auto lo:1' >>/etc/network/interfaces
sed -i s/no/yes/ /etc/sysconfig/network-scripts/ifcfg-lo:1
chmod 755 /etc/rc.local`)
    expect(await ask(world.enter, bootAddresses, ['10.9.0.100'])).toEqual([
      ['/etc/network/interfaces', '/etc/sysconfig/network-scripts/ifcfg-lo:1', '/etc/rc.local'],
    ])
  })
})
