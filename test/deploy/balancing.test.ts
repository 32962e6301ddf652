import { describe, expect, it } from 'vitest'
import { misled } from '../../src/deploy/balancing.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { clusterOf, factsWith, healthy, machines, member, type Words } from '../cluster/inventory.ts'

type Sending = Parameters<typeof misled>[2][number]

function told(words: Words, ...sending: readonly Sending[]) {
  return toldBy('each', words, ...sending)
}

function toldBy(strictness: 'any' | 'each', words: Words, ...sending: readonly Sending[]) {
  const cluster = { ...healthy, ...words }
  const members = machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers'], { cluster }),
  ])
  const facts = new Map([21, 22].map((last) => [`rs${last - 20}`, factsWith(`eth0 10.77.0.${last}/24`)]))
  const expected = expectedOf(clusterOf(members), facts)
  return misled(expected, { director: 'd1', host: 'rs1' }, sending, strictness)?.message
}

const one = (balancer: string) => ({
  balancer,
  services: [{ port: 80, backend_port: balancer === 'ipvs' ? 80 : 8080 }],
})
const haproxy: Sending = { balancer: 'haproxy', endpoints: ['10.77.0.21:8080', '10.77.0.22:8080'] }
const nginx: Sending = { balancer: 'nginx', endpoints: ['10.77.0.21:8080', '10.77.0.22:8080'] }
const ipvs: Sending = { balancer: 'ipvs', endpoints: ['10.77.0.21:80', '10.77.0.22:80'] }

describe('a director that is to spare a realserver', () => {
  it.each([
    ['haproxy', haproxy],
    ['nginx', nginx],
    ['ipvs', ipvs],
  ] as const)('can be told where it sends clients as the inventory says: %s', (balancer, sending) => {
    expect(told(one(balancer), sending)).toBeUndefined()
    // What else runs there has nothing to do with it, and who sends nobody there need not be told.
    expect(told(one(balancer), sending, balancer === 'nginx' ? haproxy : nginx)).toBeUndefined()
    expect(told(one(balancer))).toBeUndefined()
    expect(told(one(balancer), { ...sending, endpoints: ['10.77.0.29:8080'] })).toBeUndefined()
  })

  it.each([
    ['nginx', haproxy, 'by HAProxy, and not by nginx'],
    ['haproxy', nginx, 'by nginx, and not by HAProxy'],
    ['haproxy', ipvs, 'by IPVS, and not by HAProxy'],
    ['ipvs', haproxy, 'by HAProxy, and not by IPVS'],
  ] as const)('cannot where another program than %s does that', (balancer, sending, words) => {
    expect(told(one(balancer), sending)).toBe(
      `d1 sends clients to rs1 ${words}, as the inventory says: nothing would keep them from it meanwhile`,
    )
  })

  it('cannot where it sends them to another port', () => {
    const words = { balancer: 'nginx', services: [{ port: 80, backend_port: 9090 }] }
    expect(told(words, nginx)).toContain('rs1 at 10.77.0.21:8080, and not at 10.77.0.21:9090')
    expect(toldBy('any', words, nginx)).toBeDefined()
    // A service more of the same realserver is not there before apply.
    const [service] = one('nginx').services
    const more = { balancer: 'nginx', services: [service, { port: 81, backend_port: 9090 }] }
    expect(told(more, nginx)).toBeUndefined()
  })

  it('can be told of what it has where that is enough, and HAProxy of all by their names', () => {
    const services = [
      { port: 80, backend_port: 8080 },
      { port: 81, backend_port: 9191 },
    ]
    const former = ['10.77.0.21:8080', '10.77.0.21:9090']
    for (const balancer of ['nginx', 'haproxy'] as const) {
      expect(toldBy('any', { balancer, services }, { balancer, endpoints: former })).toBeUndefined()
      expect(toldBy('each', { balancer, services }, { balancer, endpoints: former })).toBeDefined()
    }
    const moved = { balancer: 'haproxy', services: [{ port: 80, backend_port: 9090 }] }
    expect(toldBy('any', moved, haproxy)).toBeUndefined()
    expect(toldBy('each', moved, haproxy)).toBeDefined()
  })
})
