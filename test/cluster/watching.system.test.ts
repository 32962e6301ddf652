import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { metricsText, withJob } from '../../src/fleet/metrics.ts'
import { inProcess } from '../cli/in-process.ts'
import { needs } from '../needs.ts'

needs('promtool')

const inventory = resolve(import.meta.dirname, '../../inventories/monitoring')
const folder = mkdtempSync(join(tmpdir(), 'understudy-watching-'))
beforeAll(async () => {
  expect(await inProcess(['monitoring', '-i', inventory, '--out', folder])).toMatchObject({ status: 0 })
})
afterAll(() => rmSync(folder, { recursive: true }))

const promtool = (...words: readonly string[]) =>
  execFileSync('promtool', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })

it('is what Prometheus takes', () => {
  expect(promtool('check', 'config', 'prometheus.yaml')).toContain('is valid prometheus config')
  expect(promtool('check', 'rules', 'rules.yaml')).toMatch(/SUCCESS: \d+ rules found/)
})

/** What is told every 15 s: of the metric with these labels, this often each value. */
const series = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, told]) => ({
    series: name.replace('{', '{cluster="web",'),
    values: told,
  }))

const whole = {
  'understudy_vip_held{instance="d1",vip="10.77.0.100",vrrp="VI_51"}': '1x40',
  'understudy_vip_held{instance="d2",vip="10.77.0.100",vrrp="VI_51"}': '0x40',
  'understudy_vrrp_state{instance="d1",vrrp="VI_51",state="MASTER"}': '1x40',
  'understudy_vrrp_state{instance="d2",vrrp="VI_51",state="BACKUP"}': '1x40',
  'understudy_vrrp_became_master_total{instance="d1",vrrp="VI_51"}': '1x40',
  'understudy_unit_active{instance="d1",unit="keepalived"}': '1x40',
  'understudy_realserver_up{instance="d1",service="web_80",realserver="rs1"}': '1x40',
  'understudy_realserver_up{instance="d1",service="web_80",realserver="rs2"}': '1x40',
  'up{instance="d1",job="understudy-node"}': '1x40',
  'node_textfile_mtime_seconds{instance="d1",file="/var/lib/prometheus/node-exporter/understudy.prom"}':
    '0+15x40',
}

it.each<readonly [string, Partial<Record<string, string>>, readonly string[]]>([
  ['nothing of a cluster that is whole', {}, []],
  [
    'a director that is off while the other takes over',
    {
      'understudy_vip_held{instance="d1",vip="10.77.0.100",vrrp="VI_51"}': '1x8 stale',
      'understudy_vip_held{instance="d2",vip="10.77.0.100",vrrp="VI_51"}': '0x8 1x31',
      'understudy_vrrp_state{instance="d1",vrrp="VI_51",state="MASTER"}': '1x8 stale',
      'up{instance="d1",job="understudy-node"}': '1x8 0x31',
    },
    ['DirectorNotReady', 'ExporterGone', 'VipMoved'],
  ],
  [
    'both directors off',
    {
      'understudy_vip_held{instance="d1",vip="10.77.0.100",vrrp="VI_51"}': '1x8 stale',
      'understudy_vip_held{instance="d2",vip="10.77.0.100",vrrp="VI_51"}': '0x8 stale',
    },
    ['VipWithoutHolder'],
  ],
  [
    'a VIP that is held twice',
    { 'understudy_vip_held{instance="d2",vip="10.77.0.100",vrrp="VI_51"}': '1x40' },
    ['VipHeldTwice'],
  ],
  [
    'a handover that was over between two looks',
    { 'understudy_vrrp_became_master_total{instance="d1",vrrp="VI_51"}': '1x20 2x19' },
    ['VipMoved'],
  ],
  [
    'a keepalived that does not run',
    { 'understudy_unit_active{instance="d1",unit="keepalived"}': '1x8 0x31' },
    ['KeepalivedDead'],
  ],
  [
    'a realserver that is gone',
    { 'understudy_realserver_up{instance="d1",service="web_80",realserver="rs2"}': '0x40' },
    ['RealserverDown'],
  ],
  [
    'a pool with nobody left',
    {
      'understudy_realserver_up{instance="d1",service="web_80",realserver="rs1"}': '0x40',
      'understudy_realserver_up{instance="d1",service="web_80",realserver="rs2"}': '0x40',
    },
    ['PoolEmpty', 'RealserverDown', 'RealserverDown'],
  ],
  [
    'a machine that tells nothing new',
    {
      'node_textfile_mtime_seconds{instance="d1",file="/var/lib/prometheus/node-exporter/understudy.prom"}':
        '15x40',
    },
    ['MetricsOld'],
  ],
])('warns of %s', (_, changed, alerts) => {
  const names = [...readFileSync(join(folder, 'rules.yaml'), 'utf8').matchAll(/alert: (\w+)/g)].map(
    ([, name]) => name,
  )
  const told = { ...whole, ...changed } as Readonly<Record<string, string>>
  const firing = (name: string | undefined) => alerts.filter((one) => `Understudy${one}` === name).length
  writeFileSync(
    join(folder, 'test.yaml'),
    JSON.stringify({
      rule_files: ['rules.yaml'],
      tests: [
        {
          interval: '15s',
          input_series: series(told),
          promql_expr_test: [...new Set(names)].map((name) => ({
            expr: `count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`,
            eval_time: '8m',
            exp_samples: [{ labels: '{}', value: firing(name) }],
          })),
        },
      ],
    }),
  )
  expect(promtool('test', 'rules', 'test.yaml')).toContain('SUCCESS')
})

it('takes what a worker of a fleet tells', () => {
  const over = withJob([], { operation: 'apply', status: 'changed', seconds: 7 })
  const at = '2026-01-02T03:04:05.000Z'
  const text = metricsText(
    {
      ...{ fleet: 'web', site: 'berlin', worker: 'a"b\\c', version: '1.0.0', started: 1_700_000_000_500 },
      ...{ engine: true, underWay: 2, atOnce: 4, left: 1, setAside: 0, unsent: 0, over },
      queue: { waiting: 3, begun: 1 },
      clusters: [
        {
          ...{ v: 1, cluster: 'shop', site: 'berlin', labels: {}, since: at, health: 'well' },
          picture: {
            at,
            picture: { well: true, vips: [{ address: '10.0.0.1', holders: ['d1'] }], members: [] },
          },
          last: {},
        },
      ],
    },
    Date.parse(at),
  )
  const checked = execFileSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  expect(checked).toBe('')
})
