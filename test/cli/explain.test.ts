import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ClusterFailover } from '../../src/model/failover.ts'
import { inProcess } from './in-process.ts'

const inventory = (name: string) => resolve(import.meta.dirname, `../../inventories/${name}/inventory.yaml`)
const explain = (name: string, ...words: readonly string[]) =>
  inProcess(['explain', '-i', inventory(name), ...words])

describe('understudy explain', () => {
  it('tells how each VIP moves, what each failure alone does, and that nothing bad was found', async () => {
    const { status, stdout } = await explain('dual-master-tomcat')
    expect(status).toBe(0)
    expect(stdout).toContain('looked at all 128 combinations')
    expect(stdout).toContain('10.77.0.101: held by d2; priorities d2 100, d1 90')
    // Two looks of 2 s and a second for each answer; then as long as a crash is noticed, for it says no goodbye.
    expect(stdout).toContain('takes over within 9.65 s of any one failure: script balancer of d1 fails')
    expect(stdout).toMatch(/^d1 is down +d1 → d2 within 3\.65 s +stays with d2$/m)
    expect(stdout).toContain('No VIP is orphaned')
    expect(stdout.match(/is held on both sides/g)).toHaveLength(2)
  })

  it('tells programs the same', async () => {
    const { stdout } = await explain('hot-standby', '--format', 'json')
    const found = JSON.parse(stdout) as ClusterFailover
    expect(found).toMatchObject({ cluster: 'web', follow: 0.25, unknown: [], failover: { bad: [] } })
    expect(found.failover.vips[0]).toMatchObject({
      homes: ['d1', 'd2'],
      also: ['10.77.0.101', '10.77.0.102'],
    })
  })

  it('makes a page of it', async () => {
    const { stdout } = await explain('lvs-dr', '--format', 'markdown')
    expect(stdout).toContain('# How web fails over\n')
    expect(stdout).toContain('| d1 is down | d1 → d2 within 3.65 s |')
  })

  it('ends with 3 where a VIP can be lost, by the user’s own lines too', async () => {
    const words = {
      vips: [{ address: '10.77.0.100', vrid: 51, extra: 'track_process {\n web weight -2\n}' }],
      extra: { keepalived: 'vrrp_track_process web {\n process httpd\n}' },
      services: [{ port: 80 }],
    }
    const { status, stdout } = await explain(
      'lvs-dr',
      '-e',
      JSON.stringify({ cluster: { name: 'web', ...words } }),
    )
    expect(stdout).toContain(
      '10.77.0.100: when process web of d1 fails its holder is not well (d1), though d2 could',
    )
    expect(status).toBe(3)
  })
})

describe('a cluster whose machines are known by their names', () => {
  const told = (vips: readonly object[], realservers: number) => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-named-'))
    const file = join(folder, 'hosts.yaml')
    const hosts = (name: string, count: number) => ({
      hosts: Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index + 1}`, {}])),
    })
    const cluster = { balancer: 'haproxy', vips, services: [{ port: 80 }] }
    const children = { directors: hosts('lb', 2), realservers: hosts('web', realservers) }
    writeFileSync(file, JSON.stringify({ all: { vars: { cluster }, children } }))
    return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
  }

  it.each([
    ['of very many machines', [{ address: '203.0.113.100', vrid: 51 }], 300],
    ['with a VIP at the end of its network', [{ address: '203.0.113.254', vrid: 51 }], 55],
    [
      'with VIPs where machines are looked for',
      [200, 201, 202, 203].map((last) => ({ address: `203.0.113.${last}`, vrid: last })),
      2,
    ],
    ['of IPv6', [{ address: '2001:db8::1', vrid: 51 }], 2],
  ])('is proved: %s', { timeout: 60_000 }, async (_, vips, realservers) => {
    using inventory = told(vips, realservers)
    const { status, stdout } = await inProcess(['explain', '-i', inventory.file, '--format', 'json'])
    const { failover, unknown } = JSON.parse(stdout) as ClusterFailover
    expect([status, unknown, failover.vips.length]).toEqual([0, [], vips.length])
  })
})

describe('understudy lint', () => {
  const cluster = (vip: object, keepalived: string) =>
    JSON.stringify({
      cluster: {
        name: 'web',
        vips: [{ address: '10.77.0.100', vrid: 51, ...vip }],
        extra: { keepalived },
        services: [{ port: 80 }],
      },
    })
  const lint = (name: string, ...words: readonly string[]) =>
    inProcess(['lint', '-i', inventory(name), ...words])

  it('warns of a VIP that stays with a director that is not well', async () => {
    const words = cluster(
      { extra: 'track_process {\n web weight -2\n}' },
      'vrrp_track_process web {\n process httpd\n}',
    )
    const { status, stdout } = await lint('lvs-dr', '-e', words)
    expect(stdout).toContain('process web of d1 fails its holder is not well (d1), though d2 could')
    expect(stdout).toContain('[proof-unserved]')
    expect(status).toBe(0)
  })

  it('refuses one that both directors hold, at its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-proof-'))
    try {
      const text = readFileSync(inventory('lvs-dr'), 'utf8')
      // A line of an older configuration that one of them has kept.
      const other = '{ vips: { 10.77.0.100: { extra: virtual_router_id 52 } } }'
      const d2 = 'd2: { ansible_host: 10.77.0.12'
      writeFileSync(join(folder, 'hosts.yaml'), text.replace(d2, `${d2}, director: ${other}`))
      const { status, stderr } = await inProcess(['lint', '-i', join(folder, 'hosts.yaml')])
      expect(stderr).toContain(
        'hosts.yaml:12:11: 10.77.0.100: while all is well more than one hold it at once (d1, d2)',
      )
      expect(stderr).toContain('[proof-doubled]')
      expect(status).toBe(5)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('understudy lint --keepalived-conf', () => {
  it('checks files of several directors together, without an inventory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-conf-'))
    try {
      const conf = (priority: number, vrid: number) => `vrrp_instance A {
  interface eth0
  virtual_router_id ${vrid}
  priority ${priority}
  virtual_ipaddress { 192.0.2.10/24 }
}
`
      const files = ['one.conf', 'two.conf'].map((name) => join(folder, name))
      for (const [index, file] of files.entries()) writeFileSync(file, conf(100 - 10 * index, 9))
      const sound = await inProcess(['lint', '--keepalived-conf', ...files])
      expect(sound).toMatchObject({ status: 0, stderr: '' })
      expect(sound.stdout).toContain('192.0.2.10: held by one; priorities one 100, two 90')
      writeFileSync(files[1] as string, conf(90, 10))
      const broken = await inProcess(['lint', '--keepalived-conf', ...files, '--format', 'json'])
      expect(broken.status).toBe(5)
      expect(broken.stdout).toContain('keepalived-vrid-differs')
      const fixing = await inProcess(['lint', '--fix', '--keepalived-conf', ...files])
      expect(fixing.status).toBe(5)
      expect(fixing.stderr).toContain("option '--fix' cannot be used with option '--keepalived-conf")
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
