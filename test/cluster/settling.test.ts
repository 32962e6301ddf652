import { describe, expect, it } from 'vitest'
import { settlingTime } from '../../src/cluster/index.ts'
import { clusterOf, healthy, machines, type Words } from './inventory.ts'

describe('the time a cluster needs', () => {
  const time = (words: Words) => settlingTime(clusterOf(machines({ ...healthy, ...words })))
  const skew = (256 - 90) / 256

  it('is that of VRRP, of its health checks and of neighbours that missed a move', () => {
    expect(time({})).toBeCloseTo(3 + skew + 10 + 10)
    expect(time({ vrrp: { garp_refresh: 0, preempt_delay: 60, advert_interval: 0.5 } })).toBeCloseTo(
      1.5 + 0.5 * skew + 60 + 10,
    )
    expect(time({ vrrp: { preempt: false, preempt_delay: 60 } })).toBeCloseTo(3 + skew + 10 + 10)
  })

  it('is that of realservers that are slow to start, too', () => {
    expect(time({ backend: 'tomcat' }) - time({})).toBeCloseTo(60)
  })

  it('is that of the balancer, too', () => {
    const services = [{ port: 80, check: { type: 'http', interval: 5, timeout: 1, retries: 0 } }]
    expect(time({ balancer: 'haproxy', services })).toBeCloseTo(6 + 3 + skew + 7 + 10)
    expect(time({ balancer: 'nginx' })).toBeCloseTo(6 + 3 + skew + 10 + 10)
    expect(time({ balancer: 'nginx', vrrp: { track: { by: 'process' } } })).toBeCloseTo(3 + skew + 10 + 10)
  })
})
