import { describe, expect, it } from 'vitest'
import { boundOf } from '../../src/drill/bound.ts'
import { faultsFor, missingFor } from '../../src/drill/catalogue.ts'
import { clusterOf, type Words } from '../cluster/inventory.ts'
import { alone, itself } from '../cluster/own.ts'
import { scripted } from './struck.ts'

const cluster = (words: Words = {}, addresses?: readonly string[]) =>
  clusterOf(itself({ ...alone, ...words }, addresses))

describe('machines that serve themselves', () => {
  it('are drilled with all that can happen to one of them', () => {
    const names = faultsFor(cluster(), { power: true }).map(({ name }) => name)
    expect(names.toSorted()).toEqual(
      [
        ...['keepalived-stopped', 'keepalived-killed', 'keepalived-paused'],
        ...['service-stopped', 'service-killed', 'service-hung'],
        ...['cable-pulled', 'vrrp-blocked', 'bad-network', 'director-cut-from-peer'],
        ...['clock-jump', 'disk-full', 'director-rebooted', 'directors-rebooted', 'power-lost'],
      ].toSorted(),
    )
  })

  it('lack what only others have, and say what that is', () => {
    const missing = (name: string, words: Words = {}) =>
      missingFor(scripted(name), cluster(words), { power: true })
    expect(missing('balancer-hung')).toBe('nginx or HAProxy on the directors')
    expect(missing('realserver-hung')).toBe('a second realserver')
    expect(missing('director-cut-from-realservers')).toContain('realservers, and machines that are either')
    const names = { port: 53, protocol: 'udp', check: { type: 'misc', program: '/usr/bin/true' } }
    expect(missing('service-stopped', { backend: 'none', services: [names] })).toContain('a service of TCP')
  })

  it('give a VIP up when their check has failed, and another takes it', () => {
    const bound = (words: Words, addresses?: readonly string[]) =>
      boundOf(cluster(words, addresses), scripted('service-hung'), 0)
    const skew = (priority: number) => (1000 * (256 - priority)) / 256
    // interval 2, three failures, of which the last waits for 2 s.
    expect(bound({}).milliseconds).toBeCloseTo(8000 + 3000 + skew(90) + 250)
    expect(bound({}).why).toContain('vrrp_script with interval 2 s and fall 3')
    const slow = { port: 80, check: { type: 'http', interval: 1, timeout: 4, retries: 1 } }
    expect(bound({ services: [slow] }, ['192.0.2.1', '192.0.2.2', '192.0.2.3']).milliseconds).toBeCloseTo(
      1000 * (1 + 4 + 4) + 3000 + skew(90) + 250,
    )
  })
})
