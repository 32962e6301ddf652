import { describe, expect, it } from 'vitest'
import { clusterVariables, problemsWithFacts } from '../../src/cluster/index.ts'
import { isAsLateAs, versionOn } from '../../src/cluster/program-versions.ts'
import type { Facts } from '../../src/model/facts.ts'
import { certificateFor } from '../certificates.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const releases = {
  debian11: { id: 'debian', version: '11', codename: 'bullseye', name: 'Debian 11', family: 'debian' },
  debian12: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian 12', family: 'debian' },
  debian13: { id: 'debian', version: '13', codename: 'trixie', name: 'Debian 13', family: 'debian' },
  el8: { id: 'rhel', version: '8.10', codename: '', name: 'RHEL 8.10', family: 'redhat' },
  el9: { id: 'rocky', version: '9.4', codename: '', name: 'Rocky 9.4', family: 'redhat' },
  el10: { id: 'almalinux', version: '10.0', codename: '', name: 'AlmaLinux 10.0', family: 'redhat' },
  unknown: { id: 'gentoo', version: '', codename: '', name: 'Gentoo', family: 'other' },
} satisfies Record<string, Facts['os']>

const on = (release: keyof typeof releases, programs: Facts['programs'] = {}): Facts => ({
  ...factsWith('eth0 10.77.0.11/24'),
  os: releases[release],
  programs,
})

const refusals = (facts: Facts, balancer: string, service: Words, words: Words = {}) => {
  const cluster = clusterOf(
    machines({ ...healthy, balancer, services: [{ port: 80, ...service }], ...words }),
  )
  return problemsWithFacts(cluster, new Map([['d1', facts]]))
    .filter(({ rule }) => rule === 'facts-version')
    .map(({ message }) => message)
}

const encrypted = (() => {
  const { certificate, key } = certificateFor({ names: ['a.example.org'] })
  return { tls: { certificates: [{ certificate, key }], http3: true } }
})()
const trusted = { trusted_proxies: ['192.0.2.0/24'] }

describe('versions of balancers', () => {
  it('are compared by their numbers, not by their signs', () => {
    expect(isAsLateAs('1.26.3', '1.25.1')).toBe(true)
    expect(isAsLateAs('1.9', '1.15.3')).toBe(false)
    expect(isAsLateAs('2.10', '2.9')).toBe(true)
    expect(isAsLateAs('3.0', '3.0.0')).toBe(true)
  })

  it('are those that a release brings, until the program itself tells another', () => {
    const cluster = clusterOf(machines({ ...healthy, balancer: 'haproxy' }))
    expect(versionOn('haproxy', cluster, on('debian13'))).toEqual({ version: '3.0', installed: false })
    expect(versionOn('nginx', cluster, on('el9'))).toEqual({ version: '1.20', installed: false })
    expect(versionOn('haproxy', cluster, on('el9', { haproxy: '2.8.14' }))).toEqual({
      version: '2.8.14',
      installed: true,
    })
    expect(versionOn('haproxy', cluster, on('unknown'))).toBeUndefined()
  })

  it('that cannot do what is asked are refused with host, version and word', () => {
    const hears = { proxy_protocol: { in: true } }
    expect(refusals(on('el9'), 'haproxy', hears, trusted)).toEqual([
      'Rocky 9.4 of d1 brings HAProxy 2.4, and proxy_protocol.in needs 2.5 or later (tcp-request content set-src)',
    ])
    expect(refusals(on('el9', { haproxy: '2.8.14' }), 'haproxy', hears, trusted)).toEqual([])
    expect(refusals(on('debian12', { haproxy: '2.2.9' }), 'haproxy', hears, trusted)).toEqual([
      'd1 has HAProxy 2.2.9, and proxy_protocol.in needs 2.5 or later (tcp-request content set-src)',
    ])
    expect(refusals(on('el8'), 'nginx', {})).toEqual([
      'RHEL 8.10 of d1 brings nginx 1.14, and balancer: nginx with mode: http needs 1.15.3 or later (keepalive_timeout of upstream)',
    ])
    expect(refusals(on('el8'), 'nginx', { mode: 'tcp', check: { type: 'tcp' } })).toEqual([])
    expect(refusals(on('el8'), 'haproxy', { sticky: {} })).toHaveLength(2)
  })

  it('that cannot speak HTTP/3 are refused it', () => {
    expect(refusals(on('debian12'), 'nginx', encrypted)).toEqual([
      'Debian 12 of d1 brings nginx 1.22, and tls.http3 needs 1.25 or later (listen … quic)',
    ])
    expect(refusals(on('debian12', { haproxy: '2.9.1' }), 'haproxy', encrypted)).toHaveLength(1)
    expect(refusals(on('debian13'), 'nginx', encrypted)).toEqual([])
    expect(refusals(on('debian13'), 'haproxy', encrypted)).toEqual([])
  })

  it.each(['debian11', 'debian12', 'debian13', 'el9', 'el10', 'unknown'] as const)(
    'give no reason to refuse usual words: %s',
    (release) => {
      const words = { max_body: '3m', sticky: {}, check: { type: 'http', host: 'example.org' } }
      expect(refusals(on(release), 'haproxy', words)).toEqual([])
      expect(refusals(on(release), 'nginx', { max_body: '3m', sticky: {} })).toEqual([])
    },
  )

  it.each<readonly [string, Facts, boolean]>([
    ['haproxy', on('debian11'), false],
    ['haproxy', on('debian12'), true],
    ['haproxy', on('el9'), false],
    ['haproxy', on('el9', { haproxy: '2.8.14' }), true],
    ['haproxy', on('unknown'), false],
    ['nginx', on('debian13'), false],
    ['nginx', on('debian13', { nginx: '1.30.6' }), true],
    ['nginx', on('unknown', { nginx: '1.27.3' }), false],
  ])('tell whether %s lets idle clients ask once more', (balancer, facts, does) => {
    const cluster = clusterOf(machines({ ...healthy, balancer }))
    const variables = clusterVariables([cluster], knowing({ d1: facts }), 'd1')
    expect(variables.ends_idle_by_answer).toBe(does)
  })

  it.each<readonly [Facts, string]>([
    [on('debian12'), 'word of listen'],
    [on('debian13'), 'directive'],
    [on('el9'), 'word of listen'],
    [on('el9', { nginx: '1.26.2' }), 'directive'],
    [on('el10'), 'directive'],
    [on('unknown'), 'word of listen'],
    [on('unknown', { nginx: '1.28.0' }), 'directive'],
  ])('tell how nginx is told of HTTP/2', (facts, how) => {
    const cluster = clusterOf(machines({ ...healthy, balancer: 'nginx' }))
    expect(clusterVariables([cluster], knowing({ d1: facts }), 'd1').nginx_http2).toBe(how)
  })
})
