import { describe, expect, it } from 'vitest'
import { spareRealservers, spareTiers } from '../../src/cluster/index.ts'
import { scheduler } from '../../src/cluster/vocabulary/pools.ts'
import { faultsFor } from '../../src/drill/catalogue.ts'
import { chosenDrills } from '../../src/operations/chosen-drills.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, keepalivedConf } from './rendered.ts'

const service = (port: number, realservers?: string) => ({
  port,
  check: { type: 'tcp' },
  ...(realservers === undefined ? {} : { realservers }),
})

/** Three realservers: rs1 and rs2 serve pages, rs2 and rs3 an interface. */
function pooled(words: Words = {}) {
  const cluster = {
    ...healthy,
    backend: 'none',
    services: [service(80, 'pages'), service(9000, 'api'), service(7000)],
    ...words,
  }
  return machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers', 'pages'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers', 'pages', 'api'], { cluster }),
    member('rs3', '10.77.0.23', ['realservers', 'api'], { cluster }),
  ])
}

const serversIn = (text: string, start: RegExp) =>
  [
    ...text.matchAll(
      /^(?:virtual_server|backend|\s*upstream)\s+\S+(?:\s+\d+)?\s*\{?$|10\.77\.0\.2(\d)[ :](\d+)/gm,
    ),
  ]
    .map(([line, last, port]) => (last ? `rs${last}:${port}` : line.trim()))
    .filter((line) => start.test(line))

describe('a service of some of the realservers', () => {
  it('is balanced among these alone, by each balancer', () => {
    const all = ['rs1:80', 'rs2:80', 'rs2:9000', 'rs3:9000', 'rs1:7000', 'rs2:7000', 'rs3:7000']
    expect(complaints(pooled())).toEqual([])
    expect(serversIn(keepalivedConf('d1', pooled()), /^rs/)).toEqual(all)
    expect(serversIn(haproxyCfg(pooled({ balancer: 'haproxy' })), /^rs/)).toEqual(all)
    expect(serversIn(balancerNginxConf(pooled({ balancer: 'nginx' })), /^rs/)).toEqual(all)
  })

  it('is looked for on these alone', () => {
    const facts = new Map(
      [21, 22, 23].map((last) => [`rs${last - 20}`, factsWith(`eth0 10.77.0.${last}/24`)] as const),
    )
    const [vip] = expectedOf(clusterOf(pooled()), facts).vips
    expect(vip?.services.map(({ port, servers }) => [port, ...servers.map(({ host }) => host)])).toEqual([
      [80, 'rs1', 'rs2'],
      [9000, 'rs2', 'rs3'],
      [7000, 'rs1', 'rs2', 'rs3'],
    ])
  })

  it('may be another one behind another VIP, where the kernel balances', () => {
    const vips = [
      { address: '10.77.0.100', vrid: 77, services: [service(80, 'pages')] },
      { address: '10.77.0.101', vrid: 78, services: [service(80, 'api')] },
    ]
    const { services: _, ...rest } = healthy
    const cluster = { ...rest, backend: 'none', vips }
    expect(complaints(pooled(cluster))).toEqual([])
    expect(serversIn(keepalivedConf('d1', pooled(cluster)), /^rs/)).toEqual([
      'rs1:80',
      'rs2:80',
      'rs2:80',
      'rs3:80',
    ])
  })
})

describe('the group of a service', () => {
  const told = (...services: readonly object[]) => complaints(pooled({ services }))

  it('has realservers of the cluster, and no others', () => {
    expect(told(service(80, 'page'))).toEqual([
      {
        severity: 'error',
        message: 'no host of the cluster is in the group page: nobody would serve this',
        at: 'd1 cluster.services.0.realservers',
      },
    ])
    expect(told(service(80, 'directors'), service(81))).toEqual([
      {
        severity: 'error',
        message:
          'd1 of the group directors is no realserver of the cluster: it is not in the group realservers',
        at: 'd1 cluster.services.0.realservers',
      },
    ])
  })

  it('has more than one of them, and every realserver is in one', () => {
    const cluster = { ...healthy, services: [service(80, 'one'), service(81, 'two')] }
    const members = machines(cluster, [
      member('rs1', '10.77.0.21', ['realservers', 'one'], { cluster }),
      member('rs2', '10.77.0.22', ['realservers', 'two'], { cluster, realserver: { weight: 0 } }),
      member('rs3', '10.77.0.23', ['realservers'], { cluster }),
    ])
    expect(complaints(members).map(({ message }) => message)).toEqual([
      'rs1 alone serves port 80: nobody takes over when it fails',
      'rs3 is in none of the groups that services name: nobody sends it anything',
      'every realserver of port 81 has the weight 0: nobody would ever serve it, which keepalived refuses',
    ])
  })

  it('means nothing where directors serve themselves', () => {
    const cluster = { ...healthy, balancer: 'none', services: [service(80, 'pages')] }
    const members = machines(
      cluster,
      ['rs1', 'rs2'].map((name) => member(name, name, ['gone'])),
    )
    expect(complaints(members)).toMatchObject([{ at: 'd1 cluster.services.0.realservers' }])
  })

  it('leaves the weights of others out of what its scheduler and its quorum see', () => {
    const weighed = (services: readonly object[]) => {
      const cluster = { ...healthy, services }
      return complaints(
        machines(cluster, [
          member('rs1', '10.77.0.21', ['realservers', 'one'], { cluster, realserver: { weight: 5 } }),
          member('rs2', '10.77.0.22', ['realservers', 'one'], { cluster, realserver: { weight: 5 } }),
          member('rs3', '10.77.0.23', ['realservers'], { cluster, realserver: { weight: 7 } }),
        ]),
      ).map(({ at }) => at)
    }
    const first = { ...service(80, 'one'), scheduler: 'rr', quorum: 11 }
    expect(weighed([first, service(81)])).toEqual(['d1 cluster.services.0.quorum'])
  })
})

describe('a drill', () => {
  it('strikes a realserver that none of its services needs', () => {
    const cluster = clusterOf(pooled({ services: [service(80, 'pages'), service(9000, 'api')] }))
    expect(spareRealservers(cluster)).toEqual(['rs1', 'rs2', 'rs3'])
    const alone = machines({ ...healthy, services: [service(80, 'one'), service(81)] }, [
      member('rs1', '10.77.0.21', ['realservers', 'one'], {
        cluster: { ...healthy, services: [service(80, 'one'), service(81)] },
      }),
    ])
    expect(spareRealservers(clusterOf(alone))).toEqual(['rs2'])
    expect(spareTiers(clusterOf(alone))).toHaveLength(1)
    const faults = faultsFor(clusterOf(alone), { power: false })
    expect(faults.some(({ strikes }) => strikes === 'a-realserver')).toBe(true)
    expect(chosenDrills(clusterOf(alone), { drills: [], on: ['each'], power: false }).length).toBeGreaterThan(
      0,
    )
  })
})

it.each([
  ['leastconn', 'expected wlc, which is the same'],
  ['ip_hash', 'expected sh, which is the same'],
])('a scheduler of nginx or HAProxy is known by its other name: %s', (word, said) => {
  const [issue] = scheduler.safeParse(word).error?.issues ?? []
  expect(issue?.message).toContain(said)
})
