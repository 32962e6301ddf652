import { describe, expect, it } from 'vitest'
import { type Cluster, realserverDetection } from '../../src/cluster/index.ts'
import { clusterOf, healthy, machines, member, type Words } from './inventory.ts'

type Balancer = Cluster['balancer']

const clusterWith = (balancer: Balancer, service: Words, realserver: Words = {}) => {
  const cluster = { ...healthy, balancer, backend: 'none', services: [{ port: 80, ...service }] }
  const own = member('rs1', '10.77.0.21', ['realservers'], { cluster, realserver })
  return clusterOf(machines(cluster, [own]))
}

/** How this balancer treats a realserver of the only service, in seconds. */
function detection(balancer: Balancer, service: Words, realserver: Words = {}) {
  const cluster = clusterWith(balancer, service, realserver)
  const [only] = cluster.vips[0]?.services ?? []
  if (!only) throw new Error('no service')
  return realserverDetection(cluster, only)
}

const hasty = { interval: 1, timeout: 0.5, retries: 1, retry_delay: 0.2 }
const patient = { interval: 5, timeout: 3, retries: 4, retry_delay: 2 }
const once = { interval: 2, timeout: 1, retries: 0 }

describe('a realserver that is gone is out, and one that returns is back, after', () => {
  it.each<readonly [Balancer, string, Words, number, number]>([
    // delay_loop + (retry + 1) × connect_timeout + retry × delay_before_retry; back after two good answers.
    ['ipvs', 'with nothing said', {}, 2 + 3 * 2 + 2 * 1, 2 + 2 + 2],
    ['ipvs', 'with a hasty check', { type: 'http', ...hasty }, 1 + 2 * 0.5 + 0.2, 0.5 + 1 + 1],
    ['ipvs', 'with a patient check', { type: 'https', ...patient }, 5 + 5 * 3 + 4 * 2, 3 + 5 + 5],
    ['ipvs', 'with a check that is not tried again', { type: 'http', ...once }, 2 + 1, 1 + 2 + 2],
    // One page in each interval.
    [
      'ipvs',
      'with three pages',
      { also: [{ path: '/a' }, { path: '/b' }] },
      2 + 3 * 2 + 2 * 1,
      2 + 2 + 3 * 2,
    ],
    // One good answer is enough.
    ['ipvs', 'with a connection', { type: 'tcp', ...patient }, 5 + 5 * 3 + 4 * 2, 3 + 5],
    ['ipvs', 'with an echo request', { type: 'ping' }, 2 + 3 * 2 + 2 * 1, 2 + 2],
    // The wait before a try of a program passes while it runs.
    ['ipvs', 'with a program', { type: 'misc', program: '/bin/true' }, 2 + 2 + 2 * 2, 2 + 2],
    [
      'ipvs',
      'with a program that is given little time',
      { type: 'misc', program: '/bin/true', timeout: 1, retry_delay: 3 },
      2 + 1 + 2 * 3,
      2 + 1,
    ],
    // inter + fall × timeout check + (fall - 1) × fastinter; back after inter and fastinter.
    ['haproxy', 'with nothing said', {}, 2 + 3 * 2 + 2 * 1, 2 + 2 + 1],
    ['haproxy', 'with a hasty check', { type: 'http', ...hasty }, 1 + 2 * 0.5 + 0.2, 0.5 + 1 + 0.2],
    ['haproxy', 'with a patient check', { type: 'https', ...patient }, 5 + 5 * 3 + 4 * 2, 3 + 5 + 2],
    ['haproxy', 'with a connection', { type: 'tcp', ...once }, 2 + 1, 1 + 2 + 1],
    // The longest wait of a request; back after a connection, fail_timeout and the rest of its last second.
    ['nginx', 'with nothing said', {}, 10, 2 + 2 + 1],
    ['nginx', 'with a hasty check', { type: 'http', ...hasty }, 2.2, 0.5 + 1 + 1],
    ['nginx', 'with a check that is not tried again', { type: 'tcp', ...once }, 3, 1 + 2 + 1],
  ])('%s %s', (balancer, _, check, out, back) => {
    const found = detection(
      balancer,
      Object.keys(check).length > 0 ? { check: { type: 'http', ...check } } : {},
    )
    expect(found.out.seconds).toBeCloseTo(out, 9)
    expect(found.back.seconds).toBeCloseTo(back, 9)
    expect(found.lasting).toBe(false)
  })

  it('nginx over plain connections notices only those that fail', () => {
    const { out } = detection('nginx', { mode: 'tcp', check: { type: 'tcp', ...patient } })
    expect(out.seconds).toBe(3)
    expect(out.why).toContain('proxy_connect_timeout 3 s')
  })

  it('nginx as the realserver says, where it says more than the check', () => {
    expect(detection('nginx', {}, { max_fails: 2, fail_timeout: 30 }).back.seconds).toBe(2 + 30 + 1)
    expect(detection('nginx', {}, { max_fails: 0 }).lasting).toBe(true)
    expect(detection('haproxy', {}, { max_fails: 0 }).lasting).toBe(false)
  })
})

describe('where the time comes from', () => {
  it.each<readonly [Balancer, Words, string]>([
    [
      'ipvs',
      { type: 'http' },
      'keepalived: delay_loop 2 s + 3 × connect_timeout 2 s + 2 × delay_before_retry 1 s',
    ],
    ['ipvs', { type: 'misc', program: '/bin/true' }, 'keepalived: delay_loop 2 s + 3 × misc_timeout 2 s'],
    [
      'haproxy',
      { type: 'http', ...hasty },
      'HAProxy: inter 1 s + fall 2 × timeout check 0.5 s + 1 × fastinter 0.2 s',
    ],
    [
      'nginx',
      { type: 'http', ...hasty },
      'nginx: proxy_read_timeout 2.2 s of the requests under way, of which max_fails 2 take the realserver out',
    ],
  ])('is said in the words of the program: %s', (balancer, check, words) => {
    expect(detection(balancer, { check }).out.why).toContain(words)
  })
})
