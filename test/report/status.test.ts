import { describe, expect, it } from 'vitest'
import type { DrillRecord } from '../../src/model/drill-record.ts'
import type { ClusterStatus } from '../../src/model/status.ts'
import { isWell, statusLines } from '../../src/report/status.ts'

const software = ['keepalived 2.2.7', 'Debian GNU/Linux 12 (bookworm)', 'Linux 6.1.0']
const well = { state: 'well', well: true, software }
const lost = { state: 'no answer within 3 s', well: false, software: [], vrrp: [] }
const status: ClusterStatus = {
  cluster: 'web',
  balancer: 'ipvs',
  vips: [{ address: '10.0.0.100', holders: ['d1'] }],
  directors: [
    { host: 'd1', ...well, vrrp: [{ instance: 'VI_77', state: 'MASTER', handedOver: false }] },
    { host: 'd2', ...well, vrrp: [{ instance: 'VI_77', state: 'BACKUP', handedOver: false }] },
  ],
  realservers: [{ host: 'rs1', ...well }],
  pools: [
    {
      service: 'tcp 10.0.0.100:80',
      seenBy: 'd1',
      servers: [{ host: 'rs1', inPool: true, weight: 2, active: 12, inactive: 345 }],
    },
  ],
}
const drilled: DrillRecord = {
  at: 0,
  drills: [
    { name: 'cable-pulled', at: 0, outage: 4100, bound: 3898, passed: false },
    { name: 'keepalived-stopped', at: 1000, outage: 612.4, bound: 898, passed: true },
  ],
}

const drawn = (of: ClusterStatus, columns = 100, lastDrill: DrillRecord | undefined = undefined) =>
  statusLines(of, { paint: (_, text) => text, columns, now: 300_000, lastDrill }).join('\n')

describe('a status', () => {
  it('says who is what, who holds what, what runs where and who gets how much', () => {
    const text = drawn(status, 130, drilled)
    expect(text).toContain('web  ipvs  all is well')
    expect(text).toMatch(/● d1 +VI_77 MASTER +10\.0\.0\.100 +keepalived 2\.2\.7, Debian 12, Linux 6\.1\.0/)
    expect(text).toMatch(/● rs1 +2 +12 +345$/m)
    expect(text).toContain(
      'keepalived-stopped passed, 612 ms of at most 898, 5 min ago (1970-01-01 00:00 UTC); 1 of 2 passed',
    )
    expect(isWell(status)).toBe(true)
  })

  it('shows the cluster that stands behind it, whose directors hold nothing', () => {
    const behind: ClusterStatus = {
      ...{ cluster: 'back', balancer: 'nginx', vips: [] },
      directors: [{ host: 'rs1', ...well, vrrp: [] }],
      realservers: [{ host: 'w1', ...well }],
      pools: [{ service: 'tcp rs1:80', seenBy: 'rs1', servers: [{ host: 'w1', inPool: true, active: 7 }] }],
    }
    const text = drawn({ ...status, behind }, 130)
    expect(text).toMatch(
      /web {2}ipvs {2}all is well[\s\S]*back {2}nginx {2}all is well[\s\S]*● w1 +7\n[\s\S]*last drill/,
    )
    expect(text).toMatch(/● rs1 +keepalived 2\.2\.7/)
    expect(text.match(/last drill/g)).toHaveLength(1)
    const lame = { ...behind, realservers: [{ host: 'w1', ...lost }] }
    expect(isWell({ ...status, behind: lame })).toBe(false)
    expect(drawn({ ...status, behind: lame }, 130)).toContain('web  ipvs  not everything is well')
  })

  it('tells what was handed over and not handed back', () => {
    const [first, second] = status.directors
    if (!first || !second) throw new Error('two directors')
    const raised = { ...second, vrrp: [{ instance: 'VI_77', state: 'MASTER', handedOver: true }] }
    expect(drawn({ ...status, directors: [first, raised] }, 130)).toContain('VI_77 MASTER (handed over)')
  })

  it('tells who has which machines, and of whom only the lock is left', () => {
    const run = { run: '1a2b3c4d', by: 'ann@desk', did: 'drill cable-pulled', seconds: 240, since: 60_000 }
    const locks = [
      { ...run, from: '192.0.2.7', lives: true, hosts: ['d1', 'rs1'] },
      { ...run, did: 'apply\u001b[2J', lives: false, ended: 'silent', hosts: ['d2'] } as const,
    ]
    const text = drawn({ ...status, locks }, 200)
    expect(text).toContain(
      'drill cable-pulled by ann@desk from 192.0.2.7 (run 1a2b3c4d) since 1970-01-01 00:01:00 UTC, 4 min: d1, rs1\n',
    )
    expect(text).toContain(
      'apply^[[2J by ann@desk (run 1a2b3c4d) did not come to its end: nothing was heard of it for more than a minute; whoever comes next takes over d2\n',
    )
    expect(isWell({ ...status, locks })).toBe(true)
  })

  it('has no realservers where directors serve themselves', () => {
    const text = drawn({ ...status, balancer: 'none', realservers: [], pools: [] }, 130)
    expect(text).toContain('web  directors serve themselves  all is well')
    expect(text).not.toContain('realserver')
    expect(text).toMatch(/● d2 +VI_77 BACKUP/)
  })

  it('never is wider than the screen', () => {
    for (const columns of [20, 40, 80])
      for (const line of drawn(status, columns, drilled).split('\n'))
        expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('does not claim to know what a silent director does', () => {
    const silent: ClusterStatus = {
      ...status,
      vips: [{ address: '10.0.0.100', holders: [] }],
      directors: [{ host: 'd1', ...lost }, ...status.directors.slice(1)],
      pools: status.pools.map(({ service, servers }) => ({
        service,
        servers: servers.map(({ host }) => ({ host, inPool: false })),
      })),
    }
    const text = drawn(silent)
    expect(text).toContain('10.0.0.100  held by d1, or by nobody')
    expect(text).toContain('nobody to ask')
    expect(text).not.toContain('out of the pool')
    expect(isWell(silent)).toBe(false)
  })
})
