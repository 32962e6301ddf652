import { describe, expect, it } from 'vitest'
import { expectedOf } from '../../src/verify/expected.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const told = (balancer: string, pool: Words, realserver: Words = { weight: 5 }) => {
  const cluster = {
    ...healthy,
    balancer,
    backend: 'none',
    pools: { api: { port: 9000, ...pool }, usual: {} },
    services: [{ port: 80, pool: 'usual', routes: [{ path: '/api', pool: 'api' }] }],
  }
  return machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers'], { cluster, realserver }),
    member('rs2', '10.77.0.22', ['realservers'], { cluster }),
  ])
}

const weightsIn = (text: string) =>
  [...text.matchAll(/10\.77\.0\.2(\d):(\d+) (?:weight[= ](\d+)|(down))/g)].map(
    ([, last, port, weight, down]) => `rs${last}:${port} ${weight ?? down}`,
  )

describe('backups of a pool', () => {
  const backupsIn = (text: string) =>
    [...text.matchAll(/10\.77\.0\.2(\d):(\d+) [^\n]*\bbackup\b/g)].map(
      ([, last, port]) => `rs${last}:${port}`,
    )

  it.each([
    ['haproxy', haproxyCfg],
    ['nginx', balancerNginxConf],
  ] as const)('are so there, and nowhere else: %s', (balancer, render) => {
    expect(backupsIn(render(told(balancer, { backups: ['rs2'] })))).toEqual(['rs2:9000'])
    expect(backupsIn(render(told(balancer, { backups: [] })))).toEqual([])
  })

  it('count in place of what the realserver says', () => {
    const all = told('haproxy', { backups: [] }, { backup: true })
    expect(backupsIn(haproxyCfg(all))).toEqual(['rs1:80'])
  })

  it('are what verify expects of the balancer', () => {
    const addresses = new Map([11, 12, 21, 22].map((last, index) => [index, `eth0 10.77.0.${last}/24`]))
    const known = new Map(
      ['d1', 'd2', 'rs1', 'rs2'].map((host, index) => [host, factsWith(addresses.get(index) ?? '')]),
    )
    const { vips } = expectedOf(clusterOf(told('haproxy', { backups: ['rs2'] })), known)
    const api = vips
      .flatMap(({ services }) => services)
      .find(({ servers }) => servers.some(({ port }) => port === 9000))
    expect(api?.servers.map(({ host, weight }) => [host, weight])).toEqual([
      ['rs1', 5],
      ['rs2', 0],
    ])
  })

  it('are refused for strangers, and by nginx where nobody is left or the address of the client decides', () => {
    const said = (balancer: string, pool: Words) =>
      complaints(told(balancer, pool)).map(({ message, at }) => [message, at])
    expect(said('haproxy', { backups: ['rs2', 'rs11'] })).toEqual([
      ['rs11 is no realserver of the pool api', 'd1 cluster.pools.api.backups.1'],
    ])
    expect(said('haproxy', { backups: ['rs1', 'rs2'] })).toEqual([
      [expect.stringContaining('HAProxy sends everything to the first'), 'd1 cluster.pools.api'],
    ])
    expect(said('nginx', { backups: ['rs1', 'rs2'] })).toEqual([
      [expect.stringMatching(/^all realservers of this are backups \(rs1, rs2\)/), 'd1 cluster.pools.api'],
    ])
    expect(said('nginx', { backups: ['rs1'], scheduler: 'sh' })).toEqual([
      [expect.stringMatching(/nginx knows no backups, and rs1 is one/), 'd1 cluster.pools.api.scheduler'],
    ])
  })
})

describe('weights of a pool', () => {
  it('are those of its realservers there, and nowhere else', () => {
    const pool = { weights: { rs1: 2, rs2: 7 } }
    const all = ['rs1:80 5', 'rs2:80 1', 'rs1:9000 2', 'rs2:9000 7']
    expect(weightsIn(haproxyCfg(told('haproxy', pool))).toSorted()).toEqual(all.toSorted())
    expect(weightsIn(balancerNginxConf(told('nginx', pool))).toSorted()).toEqual(all.toSorted())
  })

  it('that are not said are those of the realserver', () => {
    const text = haproxyCfg(told('haproxy', { weights: { rs2: 0 } }))
    expect(weightsIn(text)).toEqual(expect.arrayContaining(['rs1:9000 5', 'rs2:9000 0']))
    expect(weightsIn(balancerNginxConf(told('nginx', { weights: { rs2: 0 } })))).toContain('rs2:9000 down')
  })

  it('are what verify expects of the balancer', () => {
    const known = new Map(
      ['d1', 'd2', 'rs1', 'rs2'].map((host, index) => [
        host,
        factsWith(`eth0 10.77.0.${[11, 12, 21, 22][index]}/24`),
      ]),
    )
    const cluster = clusterOf(told('haproxy', { weights: { rs1: 2, rs2: 7 } }))
    const services = expectedOf(cluster, known).vips.flatMap((vip) => vip.services)
    const api = services.find(({ servers }) => servers.some(({ port }) => port === 9000))
    expect(api?.servers.map(({ host, weight }) => [host, weight])).toEqual([
      ['rs1', 2],
      ['rs2', 7],
    ])
  })

  it('are refused for strangers, and where nobody counts them', () => {
    const said = (pool: Words) => complaints(told('haproxy', pool)).map(({ message, at }) => [message, at])
    expect(said({ weights: { rs11: 2 } })).toEqual([
      ['rs11 is no realserver of the pool api', 'd1 cluster.pools.api.weights.rs11'],
    ])
    expect(said({ weights: { rs1: 2 }, scheduler: 'lc' })).toContainEqual([
      'scheduler: lc of the pool api counts no weights',
      'd1 cluster.pools.api.weights',
    ])
    expect(said({ weights: { rs1: 2 }, scheduler: 'wlc' })).toEqual([])
  })
})
