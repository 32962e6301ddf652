import { describe, expect, it } from 'vitest'
import type { ConnectionReading } from '../../src/sensors/at-once.ts'
import { heldBy } from '../../src/sensors/held-connections.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { clusterOf, healthy, machines, type Words } from '../cluster/inventory.ts'
import { asking, expected, observed, vip } from './web.ts'

const service = (words: Words, more: Words = {}) =>
  expectedOf(
    clusterOf(
      machines({
        ...healthy,
        balancer: 'haproxy',
        backend: 'none',
        services: [{ port: 6379, ...words }],
        ...more,
      }),
    ),
    new Map(),
  ).vips[0]?.services[0]

describe('connections that are passed on unread', () => {
  it('are held where no page is asked for, and nobody has to say first who he is', () => {
    const redis = { mode: 'tcp', check: { type: 'tcp' } }
    expect(service(redis)?.passes).toEqual({ checked: true })
    expect(service(redis, { balancer: 'nginx' })?.passes).toEqual({ checked: true })
    expect(service(redis, { balancer: 'ipvs' })).toMatchObject({ connects: true })
    expect(service(redis, { balancer: 'ipvs' })?.passes).toBe(undefined)
    expect(service({ ...redis, check: { type: 'http' } })?.passes).toBe(undefined)
    expect(service({ ...redis, proxy_protocol: { in: true } })?.passes).toBe(undefined)
  })

  it('are held, too, where the page that is asked for is one of another port: who leads a database says so there', () => {
    const leads = { type: 'http', path: '/primary', port: 8008 }
    for (const balancer of ['nginx', 'haproxy']) {
      const found = service({ mode: 'tcp', check: leads }, { balancer })
      expect([found?.passes, found?.page]).toEqual([{ checked: false }, undefined])
      // What is understood as requests gives pages, wherever it is asked how it fares.
      expect(service({ check: leads }, { balancer })).toMatchObject({ page: { path: '/' } })
    }
    const elsewhere = { ...leads, port: 6379 }
    expect(service({ mode: 'tcp', check: elsewhere })?.page).toBeDefined()
    const kernel = service({ check: leads }, { balancer: 'ipvs' })
    expect([kernel?.connects, kernel?.page]).toEqual([true, undefined])
    expect(service({ check: leads }, { balancer: 'ipvs', backend: 'nginx' })?.page).toBeDefined()
  })

  it('have to find somebody who stays, through the VIP and on each director', () => {
    const cluster = expected({}, {}, { balancer: 'haproxy' })
    const [first] = cluster.vips
    const [served] = first?.services ?? []
    if (!first || !served) throw new Error('no VIP with a service')
    const { page: _, health: __, ...bare } = served
    const passing = { ...cluster, vips: [{ ...first, services: [{ ...bare, passes: { checked: true } }] }] }
    const closed: ConnectionReading = { made: false, why: 'taken, and closed without a word' }
    const said = (client: ConnectionReading, d2: ConnectionReading) => {
      const own = (reading: ConnectionReading) => observed([heldBy({ address: bare.own, port: 80 }), reading])
      return prove(passing, {
        members: new Map(),
        observer: 'client',
        outside: asking({ more: [[heldBy({ address: vip, port: 80 }), client]] }),
        off: new Set(),
        atDirectors: new Map([
          ['d1', own({ made: true })],
          ['d2', own(d2)],
        ]),
      })
        .filter(({ name }) => name.includes('passe'))
        .map(({ subject, verdict, seen }) => `${subject}: ${verdict}, ${seen}`)
    }
    expect(said({ made: true }, { made: true })).toEqual([
      '10.0.0.100 port 80: pass, connected from client',
      'd1 port 80: pass, connected from d1',
      'd2 port 80: pass, connected from d2',
    ])
    expect(said(closed, closed)).toEqual([
      '10.0.0.100 port 80: fail, taken, and closed without a word',
      'd1 port 80: pass, connected from d1',
      'd2 port 80: fail, taken, and closed without a word',
    ])
    expect(said(undefined, undefined)[0]).toBe('10.0.0.100 port 80: unknown, client has no bash')
  })
})
