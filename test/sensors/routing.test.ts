import { expect, it } from 'vitest'
import { readRoute, readRule } from '../../src/sensors/routing.ts'

it.each([
  [
    'default via 10.0.0.1 dev eth0 proto 4 ',
    false,
    { to: '0.0.0.0/0', via: '10.0.0.1', dev: 'eth0', table: 254, own: true },
  ],
  [
    'default via 10.0.0.1 dev eth0 proto keepalived',
    false,
    { to: '0.0.0.0/0', via: '10.0.0.1', dev: 'eth0', table: 254 },
  ],
  [
    'default via 10.0.0.1 dev eth0 proto dhcp',
    false,
    { to: '0.0.0.0/0', via: '10.0.0.1', dev: 'eth0', table: 254, own: true },
  ],
  [
    '192.0.2.7 via 10.0.0.1 dev eth0 table 100 proto 18 src 10.0.0.100 metric 5 ',
    false,
    { to: '192.0.2.7/32', via: '10.0.0.1', dev: 'eth0', src: '10.0.0.100', table: 100, metric: 5 },
  ],
  ['unicast 192.0.2.0/24 dev eth0 scope 253', false, { to: '192.0.2.0/24', dev: 'eth0', table: 254 }],
  [
    '2001:db8::/32 via fe80::1 dev eth0 metric 1024 pref medium',
    true,
    { to: '2001:db8::/32', via: 'fe80::1', dev: 'eth0', table: 254, metric: 1024 },
  ],
  ['default dev eth0', true, { to: '::/0', dev: 'eth0', table: 254 }],
  // Numbers of kinds of routes: local and broadcast.
  ['2 10.0.0.11 dev eth0 table 255 proto 2', false, undefined],
  ['local 10.0.0.11 dev eth0 table local', false, undefined],
  ['blackhole 10.0.0.0/8', false, undefined],
])('a route is read: %s', (line, six, route) => {
  expect(readRoute(line, six)).toEqual(route)
})

it.each([
  [
    '90:\tfrom 192.0.2.0/24 to 198.51.100.9 lookup 100',
    { priority: 90, table: 100, from: '192.0.2.0/24', to: '198.51.100.9/32' },
  ],
  ['6:	from all fwmark 0x4 iif lo lookup 7', { priority: 6, table: 7, iif: 'lo', fwmark: 4 }],
  ['32766:	from all lookup main', { priority: 32766, table: 254 }],
  ['7: from all blackhole', undefined],
])('a rule is read: %s', (line, rule) => {
  expect(readRule(line, false)).toEqual(rule && { family: 'ipv4', ...rule })
})
