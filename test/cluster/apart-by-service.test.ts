import { describe, expect, it } from 'vitest'
import { backendHosts, clusterVariables, problemsWithFacts } from '../../src/cluster/index.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { silenceProofs } from '../../src/verify/proofs/silence.ts'
import { wayBackQueries } from '../../src/verify/proofs/way-back.ts'
import { sightings } from '../verify/web.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member } from './inventory.ts'

const words = {
  name: 'web',
  vips: [
    { address: '192.0.2.100', vrid: 41, together: 'both', services: [{ port: 443, realservers: 'web' }] },
    {
      ...{ address: '192.0.2.101', vrid: 42, together: 'both' },
      services: [{ port: 8443, realservers: 'api', forwarding: 'nat', backend_port: 443 }],
    },
  ],
  nat: { gateway: '10.44.0.9' },
}
const host = (name: string, address: string, ...groups: readonly string[]) =>
  member(name, address, groups, { cluster: words })
const cluster = clusterOf([
  host('lb1', '192.0.2.4', 'directors'),
  host('lb2', '192.0.2.5', 'directors'),
  host('web1', '192.0.2.21', 'realservers', 'web'),
  host('api1', '10.44.0.31', 'realservers', 'api'),
])
const facts = {
  lb1: factsWith('eth0 192.0.2.4/24', 'eth1 10.44.0.4/24'),
  lb2: factsWith('eth0 192.0.2.5/24', 'eth1 10.44.0.5/24'),
  web1: factsWith('eth0 192.0.2.21/24'),
  api1: factsWith('eth0 10.44.0.31/24'),
}
const told = (name: string) => clusterVariables([cluster], knowing(facts), name)

describe('direct routing to some realservers, and address translation to others', () => {
  it('asks of each what the services need that it serves', () => {
    expect(problemsWithFacts(cluster, new Map(Object.entries(facts)))).toEqual([])
    expect(told('web1')).toMatchObject({ loopback_vips: ['192.0.2.100'], nat: false })
    expect(told('api1')).toMatchObject({ loopback_vips: [], nat: { gateway: '10.44.0.9' } })
    expect(told('lb1')).toMatchObject({ nat: { gateway: '10.44.0.9' } })
  })

  it('is proved of these alone', () => {
    const expected = expectedOf(cluster, new Map(Object.entries(facts)))
    expect(wayBackQueries(expected, 'web1')).toEqual([])
    expect(wayBackQueries(expected, 'api1')).toHaveLength(1)
    expect(silenceProofs(expected, sightings())).toEqual([])
  })
})

it('a program of the user’s own needs nothing of the backend on machines that run nothing else', () => {
  const cluster = {
    ...healthy,
    balancer: 'haproxy',
    pools: { pages: { realservers: 'web', port: 8080 }, api: { realservers: 'api', port: 9000 } },
    services: [{ port: 80, pool: 'pages', routes: [{ path: '/api', pool: 'api' }] }],
    applications: [
      {
        name: 'api',
        kind: 'service',
        port: 9000,
        realservers: 'api',
        source: { directory: '.' },
        command: './api',
      },
    ],
  }
  const members = machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers', 'web'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers', 'api'], { cluster }),
  ])
  expect(backendHosts(clusterOf(members)).map(({ host: name }) => name)).toEqual(['rs1'])
})
