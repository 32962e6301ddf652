import { expect, it } from 'vitest'
import type { ExpectedVip } from '../../src/verify/expected.ts'
import { isRoute, isRule } from '../../src/verify/proofs/routes.ts'

const route: ExpectedVip['routes'][number] = { family: 'ipv4', to: '192.0.2.0/24', via: '10.0.0.1' }
const found = { to: '192.0.2.0/24', via: '10.0.0.1', dev: 'eth0', table: 254, metric: 1024 }

it('a route is there if the kernel has it as the inventory says it', () => {
  expect(isRoute(found, route)).toBe(true)
  expect(isRoute(found, { ...route, dev: 'eth0', metric: 1024 })).toBe(true)
  for (const other of [
    { via: '10.0.0.2' },
    { table: 7 },
    { dev: 'eth1' },
    { src: '10.0.0.100' },
    { metric: 5 },
    { to: '192.0.2.0/25' },
  ])
    expect(isRoute(found, { ...route, ...other }), JSON.stringify(other)).toBe(false)
})

it('a route that a machine has of its own is not the one that moves', () => {
  expect(isRoute({ ...found, own: true }, route)).toBe(false)
})

it('a rule is known by all that it says', () => {
  const rule = { family: 'ipv4' as const, priority: 9, table: 7, from: '192.0.2.0/24' }
  expect(isRule(rule, rule)).toBe(true)
  for (const other of [
    { priority: 8 },
    { table: 8 },
    { family: 'ipv6' as const },
    { iif: 'lo' },
    { fwmark: 1 },
  ])
    expect(isRule({ ...rule, ...other }, rule), JSON.stringify(other)).toBe(false)
})
