import { describe, expect, it } from 'vitest'
import { alertsOf, dashboardOf, jobsOf, resolveClusters } from '../../src/cluster/index.ts'
import { certificateFor } from '../certificates.ts'
import { clusterOf, healthy, machines, member, type Words } from './inventory.ts'
import { back, front, twoTiers } from './two-tiers.ts'

const monitoring = { scrapers: ['192.0.2.9'] }
const cluster = (words: Words = {}, changed: Parameters<typeof machines>[1] = []) =>
  clusterOf(machines({ ...healthy, monitoring, ...words }, changed))
const named = (words: Words) =>
  alertsOf(cluster(words)).rules.map(({ alert }) => alert.replace('Understudy', ''))
const asked = (...of: Parameters<typeof jobsOf>[0]) =>
  jobsOf(of).flatMap(({ job_name: job, static_configs: all }) =>
    all.map(({ targets, labels }) => `${job} ${targets[0]} ${Object.values(labels).join(' ')}`),
  )

describe('what Prometheus is told', () => {
  it('names each machine by its address in the inventory, and the ports it answers on', () => {
    expect(asked(cluster({ balancer: 'haproxy', backend: 'tomcat' }))).toEqual([
      'understudy-node 10.77.0.21:9100 web rs1 realserver',
      'understudy-node 10.77.0.22:9100 web rs2 realserver',
      'understudy-node 10.77.0.11:9100 web d1 director',
      'understudy-node 10.77.0.12:9100 web d2 director',
      'understudy-haproxy 10.77.0.11:8405 web d1 director',
      'understudy-haproxy 10.77.0.12:8405 web d2 director',
    ])
    const words = { ...healthy, monitoring: { ...monitoring, ports: { node: 19100 } }, backend: 'none' }
    const rs1 = member('rs1', 'web-1.example.org', ['realservers'], { cluster: words })
    const rs2 = member('rs2', '10.77.0.22', ['realservers'], {
      cluster: words,
      realserver: { address: 'fd00::22' },
    })
    expect(asked(clusterOf(machines(words, [rs1, rs2]))).slice(0, 2)).toEqual([
      'understudy-node web-1.example.org:19100 web rs1 realserver',
      'understudy-node [fd00::22]:19100 web rs2 realserver',
    ])
  })

  it('names nobody of a cluster that nobody may watch', () => {
    expect(asked(clusterOf(machines()))).toEqual([])
  })

  it('warns of what a cluster has', () => {
    expect(named({})).toEqual([
      ...[
        'VipWithoutHolder',
        'VipHeldTwice',
        'VipMoved',
        'DirectorNotReady',
        'KeepalivedDead',
        'ProgramDead',
      ],
      ...['PoolEmpty', 'RealserverDown', 'DrillFailed', 'ExporterGone', 'MetricsOld'],
    ])
    expect(named({ connection_sync: true })).toContain('SyncMissing')
    const [first] = alertsOf(cluster()).rules
    expect(first).toMatchObject({
      expr: '(sum(understudy_vip_held{cluster="web",vip="10.77.0.100"}) or vector(0)) == 0',
      labels: { severity: 'critical', cluster: 'web', vip: '10.77.0.100' },
    })
    const { certificate, key } = certificateFor({ names: ['www.example.org'] })
    const services = [{ port: 443, tls: { certificates: [{ certificate, key }] } }]
    expect(named({ balancer: 'nginx', services }).slice(-5, -3)).toEqual([
      'CertificateEndsSoon',
      'CertificateEnds',
    ])
  })

  it('does not miss a holder that somebody else manages', () => {
    const vrrp = { peers: [{ name: 'router', address: '10.77.0.13' }] }
    expect(named({ vrrp })).not.toContain('VipWithoutHolder')
  })

  it('has one page for a cluster, the same each time', () => {
    const page = dashboardOf(cluster({ balancer: 'haproxy' }))
    expect(page).toEqual(dashboardOf(cluster({ balancer: 'haproxy' })))
    expect(page).toMatchObject({ uid: 'us-web', title: 'Understudy: web' })
    const titles = page.panels.map(({ title }) => title)
    expect(titles).toContain('HAProxy: requests a second')
    expect(titles.filter((title) => title.startsWith('IPVS'))).toEqual([])
    expect(new Set(page.panels.map(({ id }) => id)).size).toBe(page.panels.length)
    expect(dashboardOf(cluster()).panels.map(({ title }) => title)).toContain(
      'IPVS: connections of each realserver',
    )
  })

  it('is doubted where one of two tiers may be watched', () => {
    const said = (...words: readonly Words[]) =>
      resolveClusters(twoTiers(...words)).problems.map(({ message }) => message)
    expect(said({ ...front, monitoring }, back)).toEqual([
      'front may be watched, and back, which is part of it, may not',
    ])
    expect(said({ ...front, monitoring }, { ...back, monitoring })).toEqual([])
    const [both] = resolveClusters(twoTiers({ ...front, monitoring }, { ...back, monitoring })).clusters
    expect(both && asked(both)).toEqual([
      'understudy-node 10.77.0.21:9100 front p1 proxy',
      'understudy-node 10.77.0.22:9100 front p2 proxy',
      'understudy-node 10.77.0.11:9100 front d1 director',
      'understudy-node 10.77.0.12:9100 front d2 director',
      'understudy-node 10.78.0.41:9100 front rs1 realserver',
      'understudy-node 10.78.0.42:9100 front rs2 realserver',
      ...['p1', 'p2', 'rs1', 'rs2'].map(
        (host) =>
          `understudy-nginx ${host.replace('p', '10.77.0.2').replace('rs', '10.78.0.4')}:9113 front ${host} ${host.startsWith('p') ? 'proxy' : 'realserver'}`,
      ),
    ])
  })
})
