import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Cluster, resolveClusters } from '../../src/cluster/index.ts'
import { clusterMembers, loadInventory } from '../../src/config/inventory/index.ts'
import { boundOf } from '../../src/drill/bound.ts'
import { faults } from '../../src/drill/catalogue.ts'
import type { Fault, Toll } from '../../src/drill/fault.ts'
import { clusterOf, healthy, machines, member } from '../cluster/inventory.ts'

async function packaged(name: string): Promise<Cluster> {
  const { members } = clusterMembers(
    await loadInventory([resolve(import.meta.dirname, '../../inventories', name)]),
  )
  const [cluster] = resolveClusters(members).clusters
  if (!cluster) throw new Error(`no cluster in ${name}`)
  return cluster
}

const faultOf = (toll: Toll): Fault => {
  const fault = faults.find((one) => one.toll === toll)
  if (!fault) throw new Error(`no fault costs ${toll}`)
  return fault
}

describe('what a client may feel at most', () => {
  it.each<readonly [string, Toll, number, string]>([
    ['lvs-dr', 'nothing', 0, 'redundancy hides it'],
    ['lvs-dr', 'handover', 648, 'keepalived: it says goodbye, then the skew of priority 90'],
    ['lvs-dr', 'takeover', 3648, 'keepalived: 3 × advert_int 1 s and the skew of priority 90'],
    [
      'lvs-dr',
      'check',
      10_000,
      'keepalived: delay_loop 2 s + 3 × connect_timeout 2 s + 2 × delay_before_retry 1 s',
    ],
    ['lvs-nginx', 'check', 10_000, 'keepalived: delay_loop'],
    [
      'haproxy-dual-master',
      'check',
      4000,
      'HAProxy: inter 1 s + fall 2 × timeout check 1 s + 1 × fastinter 1 s',
    ],
    ['hot-standby', 'check', 10_000, 'nginx: proxy_read_timeout 10 s'],
    ['dual-master-tomcat', 'check', 10_000, 'max_fails 2 take the realserver out'],
    [
      'haproxy-dual-master',
      'whole',
      5000 + 3000,
      'the fault itself, then HAProxy: timeout check 1 s + inter 1 s',
    ],
    [
      'dual-master-tomcat',
      'whole',
      5000 + 60_000 + 8000,
      'the fault itself, then 60 s in which Tomcat starts, then nginx: proxy_connect_timeout 2 s + fail_timeout 5 s',
    ],
    [
      'lvs-dr',
      'whole',
      5000 + 6000,
      'the fault itself, then keepalived: connect_timeout 2 s + 2 × delay_loop 2 s',
    ],
    [
      'hot-standby',
      'balancer-check',
      6000 + 3648,
      'keepalived: vrrp_script with interval 2 s and fall 2, then 3 × advert_int 1 s and the skew of priority 90',
    ],
  ])('in %s of a fault that costs %s', async (name, toll, milliseconds, why) => {
    const bound = boundOf(await packaged(name), faultOf(toll), 5000)
    expect(Math.floor(bound.milliseconds)).toBe(milliseconds + 250)
    expect(bound.why).toContain(why)
  })

  it('comes from the slowest service', () => {
    const services = [
      { port: 80, check: { type: 'tcp', retries: 0 } },
      { port: 81, check: { type: 'http', retries: 5 } },
    ]
    const bound = boundOf(clusterOf(machines({ ...healthy, services })), faultOf('check'), 0)
    expect(bound.milliseconds).toBe(1000 * (2 + 6 * 2 + 5) + 250)
  })

  it.each([
    ['nginx', { port: 80, check: { type: 'http' } }, 5000 + 10_000, 'nginx: status 500 is an answer to it'],
    ['haproxy', { port: 80, check: { type: 'http' } }, 10_000, 'HAProxy: inter 2 s'],
    [
      'haproxy',
      { port: 80, check: { type: 'tcp' } },
      5000 + 10_000,
      'HAProxy: its check does not look at answers',
    ],
    [
      'ipvs',
      { port: 80, check: { type: 'tcp' } },
      5000 + 10_000,
      'keepalived: its check does not look at answers',
    ],
    ['ipvs', { port: 80, check: { type: 'http' } }, 10_000, 'keepalived: delay_loop'],
  ])('is the whole fault where %s passes errors on (%o)', (balancer, service, milliseconds, why) => {
    const cluster = clusterOf(machines({ ...healthy, balancer, services: [service] }))
    const errors = faults.find(({ name }) => name === 'realserver-errors')
    const bound = boundOf(cluster, { ...faultOf('check'), ...errors }, 5000)
    expect(bound.milliseconds).toBe(milliseconds + 250)
    expect(bound.why).toContain(why)
  })

  it('is the whole fault where nginx never leaves a realserver alone', () => {
    const cluster = { ...healthy, balancer: 'nginx', services: [{ port: 80 }] }
    const never = member('rs1', '10.77.0.21', ['realservers'], { cluster, realserver: { max_fails: 0 } })
    const bound = boundOf(clusterOf(machines(cluster, [never])), faultOf('check'), 5000)
    expect(bound.milliseconds).toBe(5000 + 10_000 + 250)
    expect(bound.why).toContain('again and again with max_fails 0')
  })
})
