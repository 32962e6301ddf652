import { describe, expect, it } from 'vitest'
import { bootSysctl } from '../../src/sensors/boot-sysctls.ts'
import { routingOfHost } from '../../src/sensors/routing.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { wayBackProofs, wayBackQueries } from '../../src/verify/proofs/way-back.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { observed, sightings } from './web.ts'

const translated = (vip: string, nat: object) =>
  expectedOf(
    clusterOf(
      machines({
        ...healthy,
        vips: [{ address: vip, vrid: 7 }],
        services: [{ port: 80, forwarding: 'nat' }],
        nat,
      }),
    ),
    new Map(),
  )

describe.each([
  ['IPv4', '10.77.0.100', '10.77.0.99', 'net.ipv4.ip_forward', '0.0.0.0/0'],
  ['IPv6', 'fd00::100', 'fd00::99', 'net.ipv6.conf.all.forwarding', '::/0'],
])('the way back through directors, over %s', (_, vip, gateway, key, everywhere) => {
  const cluster = translated(vip, { gateway })
  const said = (live: string, atBoot: string, via: string) => {
    const sysctl = [bootSysctl(key), { live, atBoot }] as const
    const well = [bootSysctl(key), { live: '1', atBoot: '1' }] as const
    const route = (to: string) =>
      [routingOfHost, { routes: [{ to: everywhere, via: to, table: 254 }], rules: [] }] as const
    const members = {
      d1: observed(well),
      d2: observed(sysctl),
      rs1: observed(route(gateway)),
      rs2: observed(route(via)),
    }
    return wayBackProofs(cluster, sightings({ members })).map(({ verdict, subject, seen = '' }) =>
      `${verdict} ${subject} ${seen}`.trim(),
    )
  }

  it('is proved of each of them before it is needed, and of each realserver', () => {
    expect(said('1', '1', gateway)).toEqual([
      'pass d1',
      'pass d2',
      `pass rs1 ${gateway} ${everywhere}`,
      `pass rs2 ${gateway} ${everywhere}`,
    ])
    expect(said('0', '1', gateway)[1]).toBe(`fail d2 ${key} 0, at boot 1`)
    expect(said('1', '0', gateway)[1]).toBe(`fail d2 ${key} 1, at boot 0`)
    expect(said('1', '1', '192.0.2.1')[3]).toBe(`fail rs2 ${gateway} ${everywhere} via 192.0.2.1`)
  })

  it('is asked of those who have a part in it', () => {
    const asked = (host: string) => wayBackQueries(cluster, host).map(({ sensor }) => sensor.name)
    expect(asked('d1')).toEqual([bootSysctl(key).sensor.name])
    expect(asked('rs1')).toEqual([routingOfHost.sensor.name])
  })
})

it('is that to some networks alone where the inventory says so', () => {
  const cluster = translated('10.77.0.100', { gateway: '10.77.0.99', clients: ['10.1.0.0/16'] })
  expect(cluster.wayBack).toMatchObject({ clients: ['10.1.0.0/16'] })
  expect(expectedOf(clusterOf(machines()), new Map()).wayBack).toBeUndefined()
})
