import { describe, expect, it } from 'vitest'
import { drainOf, isAlone, servedAlone } from '../../src/deploy/directors.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { clusterOf, factsWith, healthy, machines, member, type Words } from '../cluster/inventory.ts'

/** Two realservers, of which the second is in the group `few`, too. */
function seen(words: Words) {
  const cluster = { ...healthy, ...words }
  const members = machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers', 'few'], { cluster }),
  ])
  return expectedOf(
    clusterOf(members),
    new Map([21, 22].map((last) => [`rs${last - 20}`, factsWith(`eth0 10.77.0.${last}/24`)])),
  )
}

const pools = { front: { port: 8088 }, api: { port: 9100 }, beta: { port: 9200, realservers: 'few' } }
const routes = [
  { path: '/api', pool: 'api' },
  { path: '/beta', pool: 'beta' },
]
const routed = { balancer: 'nginx', pools, services: [{ port: 80, pool: 'front', routes }] }

describe('a realserver that is let out of the pools', () => {
  it('leaves every pool of a port, but those that it is alone in', () => {
    const cluster = seen(routed)
    expect(isAlone(cluster, 'rs2')).toBe(false)
    expect(servedAlone(cluster, 'rs2')).toEqual(['beta'])
    expect(servedAlone(cluster, 'rs1')).toEqual([])
    const { take } = drainOf(cluster, 'rs2', 'ab12')
    expect(take).toContain('10.77.0.22:8088 10.77.0.22:9100')
    expect(take).not.toContain('10.77.0.22:9200')
  })

  it('keeps its clients where it shares nothing', () => {
    const cluster = seen({ balancer: 'haproxy', services: [{ port: 80, realservers: 'few' }] })
    expect(isAlone(cluster, 'rs2')).toBe(true)
  })

  it('has one place in the table of the kernel for several ports by a mark', () => {
    const cluster = seen({ services: [{ port: 80, also: [443], persistence_timeout: 60 }, { port: 25 }] })
    const { take } = drainOf(cluster, 'rs1', 'ab12')
    expect([...take.matchAll(/us_others '?(FWM \d+|TCP [^ ']+)'?/g)].map(([, heading]) => heading)).toEqual([
      expect.stringMatching(/^FWM/),
      'TCP 10.77.0.100:25',
    ])
  })
})
