import { describe, expect, it } from 'vitest'
import { clusterVariables, resolveClusters, vocabulary } from '../../src/cluster/index.ts'
import { clusterOf, healthy, knowing, machines } from './inventory.ts'

const built = { archive: 'program.tar.gz', sha256: 'a'.repeat(64) }
const [service] = healthy.services

describe('programs from their sources', () => {
  it('are told to roles and templates with the file that starts each', () => {
    const cluster = clusterOf(machines({ ...healthy, source: { keepalived: built } }))
    expect(clusterVariables([cluster], knowing({}), 'd1')).toMatchObject({
      source: { keepalived: { ...built, configure: [] } },
      programs: { keepalived: '/usr/local/keepalived/sbin/keepalived', nginx: 'nginx' },
    })
    expect(clusterVariables([clusterOf(machines())], knowing({}), 'd1')).toMatchObject({
      source: {},
      programs: { keepalived: 'keepalived', nginx: 'nginx' },
    })
  })

  it.each([
    ['on realservers', {}, 0],
    ['as balancer', { backend: 'tomcat', balancer: 'nginx' }, 0],
    ['as sorry server', { backend: 'tomcat', services: [{ ...service, sorry_page: true }] }, 0],
    ['nowhere', { backend: 'tomcat' }, 1],
    ['nowhere beside HAProxy', { backend: 'none', balancer: 'haproxy' }, 1],
  ])('give reason to doubt only where nginx runs %s', (_, changes, count) => {
    const members = machines({ ...healthy, ...changes, source: { nginx: built } })
    const doubts = resolveClusters(members).problems.filter(
      ({ path }) => path.join('.') === 'cluster.source.nginx',
    )
    expect(doubts).toHaveLength(count)
  })

  it.each([
    ['another sum', { ...built, sha256: 'ABC' }],
    ['an archive without a sum', { archive: built.archive }],
    ['arguments that are none', { ...built, configure: ['install'] }],
  ])('refuse %s', (_, keepalived) => {
    const words = { ...healthy, source: { keepalived } }
    expect(vocabulary.cluster.safeParse(words).error?.issues[0]?.path.slice(0, 2)).toEqual([
      'source',
      'keepalived',
    ])
  })
})
