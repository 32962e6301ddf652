import { expect, it } from 'vitest'
import { facts } from '../../src/sensors/facts.ts'

const read = (output: string) => facts.read(output, ['']).get('')

it('reads interfaces of iproute2 and busybox, labels, peers and veth names', () => {
  const reading = read(
    [
      '# ip',
      '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 0',
      '2: eth0@if5: <NO-CARRIER,BROADCAST,UP> mtu 1400 qdisc noqueue state DOWN \\    link/ether 02:fc:00:00:00:01 brd ff',
      '3: tun0: <POINTOPOINT,UP,LOWER_UP> mtu 1500 \\    link/none',
      '1: lo    inet 10.9.0.10/32 scope global lo:0\\       valid_lft forever',
      '2: eth0    inet6 fe80::1/64 scope link \\       valid_lft forever',
      '3: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0\\  x',
      'default via 10.0.2.2 dev eth0 proto dhcp',
    ].join('\n'),
  )
  expect(reading?.interfaces.lo?.addresses).toEqual([
    { address: '10.9.0.10', prefix: 32, family: 'ipv4', scope: 'global', label: 'lo:0' },
  ])
  expect(reading?.interfaces.eth0).toEqual({
    name: 'eth0',
    mac: '02:fc:00:00:00:01',
    mtu: 1400,
    up: false,
    addresses: [{ address: 'fe80::1', prefix: 64, family: 'ipv6', scope: 'link' }],
  })
  expect(reading?.interfaces.tun0?.addresses[0]).toMatchObject({ address: '10.8.0.1', prefix: 32 })
  expect(reading?.defaultRoute).toEqual({ interface: 'eth0', gateway: '10.0.2.2' })
})

it.each([
  ['# boot\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"', 'rocky', 'redhat'],
  ['# boot\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"', 'ubuntu', 'debian'],
  ['# boot\nID=debian', 'debian', 'debian'],
  ['# boot\nID=alpine', 'alpine', 'other'],
])('places %j in its family', (output, id, family) => {
  expect(read(output)?.os).toMatchObject({ id, family })
})

it.each([
  ['0', 1],
  ['0-3,6', 5],
  ['', 1],
])('counts processors in %j', (online, count) => {
  expect(read(`cpus ${online}\n`)?.cpus).toBe(count)
})

it('reads who it is there, its memory and its name servers', () => {
  const reading = read(
    [
      'user uid=1000(ops) gid=1001(staff) groups=1001(staff),27(sudo)',
      'env HOME=/home/ops',
      'env PATH=/bin:/a b=c',
      '# boot',
      'ID=debian',
      'MemTotal:        2048900 kB',
      'MemFree:         1024000 kB',
      'SwapTotal:             0 kB',
      'nameserver 192.0.2.1',
      '#nameserver 192.0.2.2',
      'search a.example b.example',
    ].join('\n'),
  )
  expect(reading).toMatchObject({
    user: 'ops',
    account: { uid: 1000, gid: 1001, home: '/home/ops', shell: '' },
    environment: { HOME: '/home/ops', PATH: '/bin:/a b=c' },
    memoryMiB: 2000,
    memory: { free: 1000, swap: 0, swapFree: 0 },
    dns: { nameServers: ['192.0.2.1'], search: ['a.example', 'b.example'] },
  })
  expect(read('user uid=4711 gid=0(root)')?.user).toBe('4711')
})

it('takes a host that can tell nothing', () => {
  expect(read('uname bare 6.1.0 x86_64')).toMatchObject({
    hostname: 'bare',
    init: 'other',
    packageManager: 'none',
    interfaces: {},
    selinux: 'absent',
    cpus: 1,
  })
})

it('takes from the kernel what it says of itself, and the rest from behind that', () => {
  const lines = ['# kernel', 'd1', '6.12.1-amd64', 'x86_64', 'ID=debian', 'MemTotal:        2048900 kB']
  expect(read(lines.join('\n'))).toMatchObject({
    hostname: 'd1',
    kernel: '6.12.1-amd64',
    architecture: 'x86_64',
    os: { id: 'debian' },
    memoryMiB: 2000,
  })
})

it('knows a standing handover by its file', () => {
  expect(read('handover VI_77\nhandover web site\n')?.handovers).toEqual(['VI_77', 'web site'])
  expect(read('handover VI_77\nmangled VI_78\n')?.mangledHandovers).toEqual(['VI_78'])
})

it('reads what balancers say of their versions, and how many files the kernel lets them have open', () => {
  const boot = ['# boot', '2b8a5f7c-1111-2222-3333-444455556666', '1048576', 'root:x:0:0:root:/root:/bin/sh']
  const told = read(
    [
      'program haproxy HA-Proxy version 2.2.9-2+deb11u6 2023/12/17 - https://haproxy.org/',
      'program nginx nginx version: nginx/1.26.3',
      ...boot,
    ].join('\n'),
  )
  expect(told).toMatchObject({ programs: { haproxy: '2.2.9', nginx: '1.26.3' }, openFiles: 1_048_576 })
  const untold = read(['program nginx nginx: error while loading shared libraries', '# boot'].join('\n'))
  expect(untold).not.toHaveProperty('programs')
  expect(untold).not.toHaveProperty('openFiles')
})
