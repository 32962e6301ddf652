import { describe, expect, it } from 'vitest'
import { expectedOf, withLinks } from '../../src/verify/expected.ts'
import { clusterOf, factsWith, healthy, machines, member, type Words } from '../cluster/inventory.ts'

describe('what is expected of a service', () => {
  const of = (words: Words, more: Parameters<typeof machines>[1] = []) =>
    expectedOf(clusterOf(machines({ ...healthy, ...words }, more)), new Map()).vips[0]
  const service = (check: Words, balancer = 'ipvs') =>
    of({ balancer, services: [{ port: 80, check }] })?.services[0]

  it('is the status its health check asks for, of the page it asks for', () => {
    expect(service({ type: 'http', status: 204 })?.page).toEqual({ scheme: 'http', path: '/', status: 204 })
    expect(service({ type: 'http', path: '/health' })?.page).toEqual({ scheme: 'http', path: '/' })
    expect(service({ type: 'http', port: 8080 })?.page).toEqual({ scheme: 'http', path: '/' })
    expect(service({ type: 'tcp' })?.page).toBe(undefined)
    // nginx never checks.
    expect(service({ type: 'http' }, 'nginx')?.page).toEqual({ scheme: 'http', path: '/' })
  })

  it('is the health check where the balancer cannot be asked what came of it', () => {
    const health = { scheme: 'http', port: 80, path: '/health', status: 200 }
    expect(service({ type: 'http', path: '/health' }, 'haproxy')?.health).toEqual(health)
    expect(service({ type: 'http', path: '/health', host: 'www' }, 'haproxy')?.health).toBe(undefined)
    expect(service({ type: 'http', path: '/health' })?.health).toBe(undefined)
  })

  it('knows backups where the balancer does', () => {
    const backup = member('rs2', '10.77.0.22', ['realservers'], {
      cluster: healthy,
      realserver: { backup: true },
    })
    expect(of({}, [backup])?.services[0]?.servers.map(({ weight }) => weight)).toEqual([1, 1])
  })

  it('says who takes the VIP from whom', () => {
    expect(of({})?.preempt).toBe(true)
    expect(of({ vrrp: { preempt: false } })?.preempt).toBe(false)
    expect(of({ vips: [{ address: '10.77.0.100', vrid: 77, extra: 'nopreempt\n' }] })?.preempt).toBe(false)
  })
})

it('learns from the machines over which links directors speak, and asks nothing else for that', () => {
  const cluster = clusterOf(machines({ ...healthy, vrrp: { unicast: true } }))
  const facts = new Map([
    ['d1', factsWith('eth0 10.77.0.11/24')],
    ['d2', factsWith('ens3 10.77.0.12/24')],
  ])
  const guess = expectedOf(cluster, new Map())
  expect([guess.vips[0]?.links.size, guess.vips[0]?.adverts]).toEqual([0, new Map()])
  const learnt = withLinks(guess, cluster, facts)
  expect(learnt.vips[0]?.links.get('d2')).toEqual({ carries: 'ens3', speaks: 'ens3' })
  expect(learnt.vips[0]?.adverts).toEqual(
    new Map([
      ['d1', ['10.77.0.12']],
      ['d2', ['10.77.0.11']],
    ]),
  )
  expect(learnt.vips.map(({ services }) => services)).toEqual(guess.vips.map(({ services }) => services))
})
