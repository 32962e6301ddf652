import { describe, expect, it } from 'vitest'
import { backendHosts, clusterVariables } from '../../src/cluster/index.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'

const pages = { port: 80, realservers: 'web', check: { type: 'http' } }
const redis = { port: 6379, mode: 'tcp', realservers: 'kv', backend: 'none', check: { type: 'tcp' } }

/** rs1 and rs2 have pages, kv1 and kv2 something of the user's own, and both do both. */
function mixed(words: Words = {}) {
  const cluster = { ...healthy, balancer: 'haproxy', services: [pages, redis], ...words }
  return machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers', 'web'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers', 'web', 'kv'], { cluster }),
    member('kv1', '10.77.0.23', ['realservers', 'kv'], { cluster }),
  ])
}

function variablesOf(words: Words, host: string) {
  const facts = factsWith('eth0 10.77.0.21/24')
  const cluster = clusterOf(mixed(words))
  return clusterVariables([cluster], knowing({ d1: facts, [host]: facts }), host)
}

describe('a server of the user’s own beside those of the backend', () => {
  it('has its port to itself, and machines that serve nothing else', () => {
    expect(complaints(mixed())).toEqual([])
    const of = (host: string) => {
      const { backend, page_ports, services_here, serves, pages: listening } = variablesOf({}, host)
      return { backend, page_ports, services_here, serves, listens: JSON.stringify(listening) }
    }
    expect(of('rs1')).toMatchObject({ backend: 'nginx', page_ports: [80], services_here: ['nginx'] })
    expect(of('rs2')).toMatchObject({ backend: 'nginx', page_ports: [80], services_here: ['nginx'] })
    expect(of('rs2').listens).not.toContain('6379')
    expect(of('kv1')).toMatchObject({ backend: 'none', services_here: [], serves: true })
    expect(backendHosts(clusterOf(mixed())).map(({ host }) => host)).toEqual(['rs1', 'rs2'])
  })

  it('may be that of a pool, and leaves Tomcat the port it has usually', () => {
    const pools = { api: { port: 9000, backend: 'none' }, pages: {} }
    const routed = { port: 80, pool: 'pages', routes: [{ path: '/api', pool: 'api' }] }
    expect(variablesOf({ pools, services: [routed] }, 'rs1')).toMatchObject({ page_ports: [80] })
    const own = { backend: 'tomcat', services: [pages, { ...redis, port: 5432 }] }
    const [front, behind] = clusterOf(mixed(own)).vips.flatMap(({ services }) => services)
    expect([front?.backendPort, behind?.backendPort]).toEqual([8080, 5432])
  })

  it('is expected on its port, whatever its unit is called', () => {
    const { ownPorts } = expectedOf(clusterOf(mixed()), new Map())
    expect([...ownPorts].map(([host, ports]) => [host, ...ports])).toEqual([
      ['rs1'],
      ['rs2', 6379],
      ['kv1', 6379],
    ])
  })

  it('may speak UDP', () => {
    const syslog = { port: 514, protocol: 'udp', backend: 'none', check: { type: 'ping' } }
    expect(complaints(mixed({ balancer: 'ipvs', services: [pages, syslog] }))).toEqual([])
  })

  it('cannot share a port with the web server of a machine', () => {
    const both = [pages, { ...redis, port: 81, backend_port: 80, mode: 'http' }]
    expect(complaints(mixed({ services: both }))).toEqual([
      {
        severity: 'error',
        at: 'd1 cluster.services.1.backend',
        message:
          'port 80 would be that of a server of your own, and for services.0 that of the nginx of the realservers',
      },
    ])
    const apart = [pages, { ...redis, port: 81, backend_port: 80, realservers: 'alone' }]
    const cluster = { ...healthy, balancer: 'haproxy', services: apart }
    const own = ['x1', 'x2'].map((name, index) =>
      member(name, `10.77.0.${30 + index}`, ['realservers', 'alone'], { cluster }),
    )
    const web = ['rs1', 'rs2'].map((name, index) =>
      member(name, `10.77.0.${21 + index}`, ['realservers', 'web'], { cluster }),
    )
    expect(complaints(machines(cluster, [...web, ...own]))).toEqual([])
  })

  it('is asked after where a web server would take a port on which no page is asked for', () => {
    const { backend: _, ...unsaid } = redis
    expect(complaints(mixed({ services: [pages, unsaid] }))).toEqual([
      {
        severity: 'warning',
        at: 'd1 cluster.services.1.mode',
        message: expect.stringContaining('passed on unread'),
      },
    ])
    expect(complaints(mixed({ services: [pages, { ...unsaid, backend_port: 80 }] }))).toEqual([])
    expect(complaints(mixed({ backend: 'none', services: [pages, unsaid] }))).toEqual([])
  })
})
