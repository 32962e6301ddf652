import { expect, it } from 'vitest'
import { jobBounds, metricsText, type WorkerMetrics, withJob } from '../../src/fleet/metrics.ts'

const worker: WorkerMetrics = {
  fleet: 'web',
  site: 'berlin',
  worker: 'b1',
  version: '1.0.0',
  started: 1_700_000_000_500,
  engine: true,
  underWay: 2,
  atOnce: 4,
  over: [],
  left: 0,
  setAside: 0,
  unsent: 0,
}

const now = Date.now()

it('counts a job for each time that it stayed within', () => {
  const once = withJob([], { operation: 'apply', status: 'changed', seconds: 7 })
  const [all, ...others] = withJob(once, { operation: 'apply', status: 'changed', seconds: 4000 })
  expect(others).toEqual([])
  expect(all).toMatchObject({ count: 2, seconds: 4007 })
  expect(all?.within).toEqual(jobBounds.map((bound) => (bound >= 7 ? 1 : 0)))
  expect(withJob(once, { operation: 'apply', status: 'failed', seconds: 1 })).toHaveLength(2)
  const text = metricsText({ ...worker, over: once }, now)
  expect(text).toContain(
    'understudy_worker_job_seconds_bucket{operation="apply",status="changed",le="3"} 0\n',
  )
  expect(text).toContain(
    'understudy_worker_job_seconds_bucket{operation="apply",status="changed",le="10"} 1\n',
  )
  expect(text).toContain(
    'understudy_worker_job_seconds_bucket{operation="apply",status="changed",le="+Inf"} 1\n',
  )
})

it('says nothing of what is not known, and keeps what a name says within its quotes', () => {
  const text = metricsText({ ...worker, worker: 'a"b\\c\nd', engine: false }, now)
  expect(text).toContain('worker="a\\"b\\\\c\\nd"')
  expect(text).toContain('understudy_worker_engine_up 0\n')
  expect(text).not.toMatch(/understudy_(site|cluster)_/)
  expect(text).not.toContain('# TYPE understudy_worker_job_seconds ')
  expect(text.split('\n').every((line) => line === '' || /^(#|understudy_)/.test(line))).toBe(true)
})

it('tells of clusters what was last seen of them', () => {
  const at = '2026-01-02T03:04:05.000Z'
  const told = { v: 1, cluster: 'shop', site: 'berlin', labels: {}, since: at } as const
  const text = metricsText(
    {
      ...worker,
      queue: { waiting: 3, begun: 1 },
      clusters: [
        {
          ...told,
          health: 'ill',
          picture: {
            at,
            picture: {
              well: false,
              vips: [{ address: '10.0.0.1', holders: ['d1', 'd2'] }],
              members: [],
              certificateDays: 10,
            },
          },
          drift: { at, count: 2 },
          drill: { at, names: ['x'], passed: false },
          last: {
            verify: { at, run: 'r', status: 'not-proven', by: 'ann', worker: 'b1', seconds: 1, changed: 0 },
          },
        },
        { ...told, cluster: 'bank', health: 'unknown', last: {} },
      ],
    },
    Date.parse(at) + 86_400_000,
  )
  const of = 'cluster="shop",site="berlin"'
  for (const line of [
    `understudy_cluster_well{${of}} 0`,
    `understudy_cluster_reachable{${of}} 1`,
    `understudy_cluster_drifted{${of}} 2`,
    `understudy_cluster_certificate_days{${of}} 9`,
    `understudy_cluster_drill_passed{${of}} 0`,
    `understudy_cluster_vip_holders{${of},vip="10.0.0.1"} 2`,
    `understudy_cluster_done_seconds{${of},operation="verify"} ${Date.parse(at) / 1000}`,
    'understudy_site_jobs{site="berlin",is="waiting"} 3',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).not.toContain('bank')
})
