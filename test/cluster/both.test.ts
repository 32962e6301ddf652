import { describe, expect, it } from 'vitest'
import { clusterVariables, type Member, resolveClusters } from '../../src/cluster/index.ts'
import { boundOf } from '../../src/drill/bound.ts'
import { missingFor } from '../../src/drill/catalogue.ts'
import { scripted } from '../drill/struck.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'
import { render } from './rendered.ts'

const behind = { port: 80, backend_port: 8080 }
/** Two machines that are both, and another realserver where it is named. */
const both = (words: Words, more: readonly string[] = []): readonly Member[] => {
  const cluster = { ...healthy, services: [behind], ...words }
  const parts = ['directors', 'realservers']
  return machines(cluster, [
    member('d1', '10.77.0.11', parts, { cluster }),
    member('d2', '10.77.0.12', parts, { cluster }),
    ...['rs1', 'rs2'].filter((name) => !more.includes(name)).map((name) => member(name, name, ['gone'])),
  ])
}
const variables = (words: Words, host = 'd1', more: readonly string[] = []) =>
  clusterVariables(
    [clusterOf(both(words, more))],
    knowing({ d1: factsWith('eth0 10.77.0.11/24'), d2: factsWith('eth0 10.77.0.12/24') }),
    host,
  )

describe('machines that are director and realserver at once', () => {
  it('are fine behind proxies, with a port of their own behind the one clients ask for', () => {
    for (const words of [
      { balancer: 'haproxy' },
      { balancer: 'nginx' },
      { balancer: 'nginx', backend: 'tomcat', services: [{ port: 80 }] },
      {
        balancer: 'haproxy',
        backend: 'none',
        services: [{ port: 443, mode: 'tcp', backend_port: 8443, check: { type: 'tcp' } }],
      },
    ])
      expect(complaints(both(words))).toEqual([])
    expect(complaints(both({ balancer: 'haproxy' }, ['rs1']))).toEqual([])
  })

  it('cannot have two programs on one port', () => {
    expect(complaint(both({ balancer: 'haproxy', services: [{ port: 80 }] }))).toEqual({
      severity: 'error',
      message:
        'd1 is director and realserver at once: its haproxy takes port 80 on every address, and its server would need it, too',
      at: 'd1 cluster.services.0.port',
    })
    const crossed = [behind, { port: 8080, backend_port: 81 }]
    expect(complaint(both({ balancer: 'nginx', services: crossed }))).toMatchObject({
      message: expect.stringContaining('its nginx takes port 8080'),
      at: 'd1 cluster.services.0.backend_port',
    })
    const [problem] = resolveClusters(both({ balancer: 'nginx', services: crossed })).problems
    expect(problem?.next).toBe('Write backend_port: 8081, or another port that no client asks for.')
    expect(
      complaint(both({ balancer: 'nginx', backend: 'tomcat', services: [{ port: 8080 }] })),
    ).toMatchObject({
      severity: 'error',
    })
    // Where no machine is both, nobody is in the way.
    expect(complaints(machines({ ...healthy, balancer: 'haproxy' }))).toEqual([])
  })

  it.each([
    ['dr', 'balance again what the other director sent it'],
    ['tun', 'through the tunnel'],
    ['nat', 'its answers leave through the gateway, which it holds itself'],
  ])('are refused under IPVS, with the reason: %s', (forwarding, why) => {
    const nat = forwarding === 'nat' ? { nat: { gateway: '10.77.0.99' } } : {}
    const problems = complaints(both({ services: [{ port: 80, forwarding }], ...nat }))
    expect(problems.map(({ at }) => at)).toEqual(['d1 cluster', 'd2 cluster'])
    expect(problems[0]?.message).toContain(why)
  })
})

describe('a machine that is director and realserver at once', () => {
  it('has one nginx for both, where both are nginx', () => {
    const shared = Object.assign(variables({ balancer: 'nginx' }), {
      inventory_hostname: 'd1',
      ...{
        nginx_user: 'www-data',
        document_root: '/srv/pages',
        sorry_root: '/srv/sorry',
        stream_module: '',
        brotli_module: '',
      },
    })
    expect(shared).toMatchObject({ nginx_does_both: true, page_ports: [8080] })
    const text = render('balancer.nginx.conf.hbs', shared)
    expect(text).toMatch(
      / {4}server \{\n {8}listen 8080 default_server;\n {8}server_name _;\n[^}]* {8}root \/srv\/pages;/,
    )
    expect(text).toContain('        listen 80 default_server;')
    expect(text).toContain('server 10.77.0.11:8080')
    expect(variables({ balancer: 'nginx' }, 'rs1', ['rs1']).nginx_does_both).toBe(false)
    expect(variables({ balancer: 'haproxy' }).nginx_does_both).toBe(false)
    expect(variables({ balancer: 'nginx', backend: 'none' }).nginx_does_both).toBe(false)
  })

  it('is one machine to all that count machines', () => {
    const { hosts_entries, time_clients } = variables(
      { balancer: 'haproxy', hosts_entries: true, time: {} },
      'd2',
      ['rs2'],
    )
    expect(hosts_entries).toEqual([
      { host: 'd1', address: '10.77.0.11', names: ['d1'] },
      { host: 'd2', address: '10.77.0.12', names: ['d2'] },
      { host: 'rs2', address: '10.77.0.22', names: ['rs2'] },
    ])
    expect(time_clients).toHaveLength(3)
  })

  it('may be struck as a realserver while it holds a VIP, which takes as long as that needs', () => {
    const bound = (words: Words) => boundOf(clusterOf(both(words)), scripted('realserver-stopped'), 0)
    const check = { type: 'http', interval: 1, timeout: 1, retries: 0 }
    const services = [{ ...behind, check }]
    expect(bound({ balancer: 'haproxy', services }).why).toContain('vrrp_script with interval 2 s')
    const slow = { ...check, retries: 20 }
    expect(bound({ balancer: 'haproxy', services: [{ ...behind, check: slow }] }).why).toContain(
      'HAProxy: inter',
    )
  })

  it('is spared the drills that would stop two things at once', () => {
    const missing = (name: string, words: Words) =>
      missingFor(scripted(name), clusterOf(both(words)), { power: true })
    expect(missing('realservers-gone', { balancer: 'nginx' })).toContain(
      'not the balancer of the same machine',
    )
    expect(missing('realservers-gone', { balancer: 'haproxy' })).toBe(undefined)
    expect(missing('director-cut-from-realservers', { balancer: 'haproxy' })).toContain(
      'either director or realserver',
    )
    expect(missing('realserver-stopped', { balancer: 'nginx' })).toBe(undefined)
  })
})
