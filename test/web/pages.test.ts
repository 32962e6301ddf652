import { describe, expect, it } from 'vitest'
import { drillReport } from '../../src/fleet/drill-report.ts'
import { emptyOutcome } from '../../src/fleet/outcome.ts'
import { stateAfter } from '../../src/fleet/state.ts'
import type { ClusterView, Finished } from '../../src/web/cluster-view.ts'
import { clusterMain } from '../../src/web/pages/cluster.ts'
import { deadMain } from '../../src/web/pages/dead.ts'
import { fleetMain, fleetParts } from '../../src/web/pages/fleet.ts'
import { loginPage } from '../../src/web/pages/frame.ts'
import { runMain } from '../../src/web/pages/runs.ts'
import { emptyRun, progressOf, take } from '../../src/web/run-view.ts'
import type { SeenCluster, Sight } from '../../src/web/sight.ts'
import { turnsBetween } from '../../src/web/turns.ts'
import { diffMarkup } from '../../src/web/words.ts'
import { drilled, reportWith } from '../report/drilled.ts'
import { over, pictureWith } from './told.ts'

const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>' \u001b[2J{{7*7}}`
const everything = { text: '', onlyTrouble: false }

function seen(
  cluster: string,
  holder: string | undefined,
  more: Parameters<typeof pictureWith>[1] = {},
): SeenCluster {
  const outcome = { ...emptyOutcome('fine'), picture: pictureWith(holder, more) }
  return { cluster, site: 'berlin', labels: {}, state: stateAfter(undefined, over({ cluster, outcome })) }
}

const now = Date.now()
const sightOf = (...clusters: readonly SeenCluster[]): Sight => ({
  fleet: 'web',
  at: now,
  clusters,
  workers: [],
  runs: [],
})

/** Names of clusters in the order of the table. */
const order = (html: string) => [...html.matchAll(/<tr id="cluster-([\w-]+)"/g)].map(([, name]) => name)

describe('the table of clusters', () => {
  const days = (certificateDays: number) => ({ certificateDays })
  const sight = sightOf(seen('a', 'd1'), seen('b', 'd1', days(3)), seen('c', undefined), {
    cluster: 'new',
    site: 'oslo',
    labels: { tier: 'x' },
  })

  it('has those first that somebody should look at', () => {
    expect(order(fleetMain(sight, everything))).toEqual(['c', 'b', 'a', 'new'])
    expect(order(fleetMain(sight, { text: '', onlyTrouble: true }))).toEqual(['c', 'b'])
    expect(order(fleetMain(sight, { text: 'OSLO tier=x', onlyTrouble: false }))).toEqual(['new'])
    expect(order(fleetMain(sight, { text: '10.0.0.100 d1', onlyTrouble: false }))).toEqual(['b', 'a'])
    expect(fleetMain(sight, { text: 'nobody-is-called-so', onlyTrouble: false })).toContain(
      'No cluster is like that',
    )
  })

  it('says what was not made, what is old, and which sites have no worker, with ways to all of it', () => {
    const failed = over({ cluster: 'e', operation: 'apply', run: 'r9', outcome: emptyOutcome('failed') })
    const gone = over({
      cluster: 'f',
      outcome: emptyOutcome('unreachable'),
      at: new Date(now + 60_000).toISOString(),
    })
    const undone = { ...seen('e', 'd1'), state: stateAfter(seen('e', 'd1').state, failed) }
    const silent = { ...seen('f', 'd1'), state: stateAfter(seen('f', 'd1').state, gone) }
    const all = sightOf(undone, silent, { ...seen('a', 'd1'), site: 'oslo' })
    const worker = { v: 1 as const, worker: 'b1', site: 'berlin', version: '1', started: '', jobs: [] }
    const html = fleetMain({ ...all, workers: [worker] }, everything)
    expect(html).toMatch(/apply failed<\/span> <small><a href="\/runs\/r9">/)
    expect(html).toContain('as seen ')
    expect(html).toContain('nobody at oslo')
    expect(html).not.toContain('nobody at berlin')
    expect(html).toContain('<b>b1</b> at berlin: waits')
    const newer = { ...worker, worker: 'b2', version: '2' }
    expect(fleetMain({ ...all, workers: [worker, newer] }, everything)).toContain(
      '<b>b2</b> at berlin, understudy 2: waits',
    )
    for (const [q, names] of [
      ['change=undone', ['e']],
      ['state=unreachable', ['f']],
      ['state=well', ['e', 'a']],
    ] as const) {
      expect(html).toContain(`href="/?q=${encodeURIComponent(q)}"`)
      expect(order(fleetMain(all, { text: q, onlyTrouble: false }))).toEqual(names)
    }
  })

  it('marks what is in a row, so that what is as it was is not shown anew', () => {
    const mark = (holder: string) =>
      fleetParts(sightOf(seen('a', holder)), everything)
        .map(({ id, html }) => `${id} ${/data-mark="([^"]+)"/.exec(html)?.[1]}`)
        .find((text) => text.startsWith('cluster-a '))
    expect(mark('d1')?.length).toBe('cluster-a '.length + 12)
    expect(mark('d1')).not.toBe(mark('d2'))
  })
})

describe('whatever machines and people wrote', () => {
  /** Nothing of it became an element or an attribute, and nothing moves a cursor. */
  const expectHarmless = (html: string) => {
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/<img|<script>/)
    expect(html).not.toContain('\u001b')
    // Without what stands in quotes, names of attributes are left.
    expect(html.replace(/"[^"]*"/g, '')).not.toMatch(/<[a-z]+[^>]*\s(onerror|style)=/)
  }

  const picture = pictureWith(evil, {
    vips: [{ address: evil, holders: [evil, evil] }],
    members: [{ host: evil, role: 'director', state: evil, well: false }],
  })
  const outcome = {
    ...emptyOutcome('failed'),
    picture,
    drift: [{ host: evil, id: evil, title: evil, of: 'files' as const, summary: evil, by: [evil] }],
    changes: [
      { host: evil, id: evil, summary: evil, outcome: 'changed' as const, diff: `+${evil}\n-${evil}` },
    ],
    drills: [{ name: evil, on: evil, passed: false, outage: 1, bound: 2 }],
    failures: [{ host: evil, code: evil, message: evil, next: evil }],
    report: reportWith({}),
  }
  const one = over({ by: evil, worker: evil, operation: 'drift', outcome: { ...outcome, status: 'drifted' } })
  const told = {
    v: 1,
    is: 'job-finished',
    fleet: 'web',
    job: 'j',
    attempt: 1,
    ...one,
    labels: undefined,
  } as unknown as Finished
  const cluster: SeenCluster = {
    cluster: 'shop',
    site: 'berlin',
    labels: { [evil]: evil },
    state: stateAfter(undefined, one),
    holder: { job: evil, worker: evil, did: evil, by: evil, since: one.at },
  }

  it('is text in the table', () => {
    const run = {
      ...{
        v: 1 as const,
        run: evil,
        operation: 'apply' as const,
        asked: {},
        by: evil,
        started: one.at,
        selector: [evil],
      },
      ...{ waves: [['shop']], mayFail: 0.1, is: 'stopped' as const, why: evil },
    }
    const worker = { v: 1 as const, worker: evil, site: 'berlin', version: evil, started: one.at, jobs: [] }
    expectHarmless(
      fleetMain(
        { fleet: 'web', at: now, clusters: [cluster], workers: [worker], runs: [run] },
        { text: evil, onlyTrouble: false },
      ),
    )
    expectHarmless(
      fleetMain({ fleet: 'web', at: now, clusters: [cluster], workers: [worker], runs: [run] }, everything),
    )
  })

  it('is text on the page of a cluster', () => {
    const view: ClusterView = { drift: told, apply: told, proof: told, drills: [told], lines: [evil], now }
    const html = clusterMain(cluster, view)
    expectHarmless(html)
    expect(html).toContain('at once')
  })

  it('is text on the page of what was given up', () => {
    const dead = {
      v: 1 as const,
      at: told.at,
      fleet: 'web',
      site: evil,
      why: evil,
      subject: evil,
      message: '',
    }
    const html = deadMain([
      { ...dead, is: 'failed', attempts: 2, job: `${evil}.${evil}` },
      { ...dead, is: 'poisoned', attempts: 1 },
    ])
    expectHarmless(html)
    expect(html).toContain('failed 2 times')
  })

  it('is text on the page of a run, and where the token is told', () => {
    const run = emptyRun('r1')
    take(run, { ...told, run: 'r1' })
    expectHarmless(runMain(run))
    expect(loginPage(evil, true)).not.toMatch(/<img|<script>alert/)
  })

  it('is no report where it is none', () => {
    expect(drillReport.safeParse(reportWith({ results: [drilled({})] })).success).toBe(true)
    expect(drillReport.safeParse({ ...reportWith({}), cluster: { markup: '<script>' } }).success).toBe(false)
    expect(drillReport.safeParse('x').success).toBe(false)
  })
})

it('a cluster says what did not hold when it was proved, and what kept it from being proved', () => {
  const proofs = [
    {
      name: 'one-holder',
      subject: '10.0.0.100',
      verdict: 'fail' as const,
      expected: 'd1',
      seen: 'd1 and d2',
    },
    { name: 'answers', subject: 'rs1', verdict: 'pass' as const },
  ]
  const failures = [{ host: 'rs2', code: 'UNREACHABLE', message: 'no route to host', next: 'see its cable' }]
  const outcome = { ...emptyOutcome('not-proven'), proofs, failures }
  const proof = { ...over({ outcome }), v: 1 as const, is: 'job-finished', outcome } as unknown as Finished
  const html = clusterMain(seen('shop', 'd1'), { proof, drills: [], lines: [], now })
  expect(html).toContain('What is amiss')
  expect(html).toMatch(/one-holder 10\.0\.0\.100<\/span><br>expected d1, seen d1 and d2/)
  expect(html).toMatch(/rs2: no route to host<\/span><br>→ see its cable/)
  expect(html).not.toContain('answers rs1')
  const held = { ...proof, outcome: { ...outcome, proofs: proofs.slice(1), failures: [] } }
  const well = clusterMain(seen('shop', 'd1'), { proof: held, drills: [], lines: [], now })
  expect(well).not.toContain('What is amiss')
})

it('a cluster says what was not made, beside how it fares since, and that what is shown is old', () => {
  const failures = [{ host: 'rs2', code: 'STEP_FAILED', message: 'no such package', next: 'see its mirror' }]
  const outcome = { ...emptyOutcome('failed'), failures }
  const undone = {
    ...over({ outcome, operation: 'apply' }),
    v: 1 as const,
    is: 'job-finished',
  } as unknown as Finished
  const html = clusterMain(seen('shop', 'd1'), { undone, drills: [], lines: [], now })
  expect(html).toMatch(/What was not made.*rs2: no such package/s)
  expect(html).not.toContain('What is amiss')
  const gone = over({ outcome: emptyOutcome('unreachable'), at: new Date(now + 60_000).toISOString() })
  const silent = { ...seen('shop', 'd1'), state: stateAfter(seen('shop', 'd1').state, gone) }
  expect(clusterMain(silent, { drills: [], lines: [], now })).toContain('cannot be reached')
  expect(html).not.toContain('cannot be reached')
})

it('a run says in which wave it is, and when something was told of it last', () => {
  const run = emptyRun('r1')
  const told = { v: 1, fleet: 'web', run: 'r1', operation: 'apply', by: 'ann' } as const
  take(run, {
    ...told,
    is: 'run-started',
    at: '2026-03-02T09:00:00Z',
    selector: ['all'],
    waves: [['a'], ['b'], ['c', 'd']],
  })
  take(run, { ...told, is: 'wave-started', at: '2026-03-02T09:01:00Z', wave: 2, clusters: 1 })
  const html = runMain(run)
  expect(html).toContain('wave 2 of 3; told last <time datetime="2026-03-02T09:01:00Z">')
  expect(html).toContain('understudy fleet resume r1')
  // Whose turn has not come stands in a line for each wave.
  const items = [...html.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = '']) => item)
  const words = items.map((item) => item.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' '))
  expect(words.filter((item) => item.includes('waiting'))).toEqual([
    expect.stringMatching(/1 cluster waiting in wave 1: a$/),
    expect.stringMatching(/1 cluster waiting in wave 2: b$/),
    expect.stringMatching(/2 clusters waiting in wave 3: c, d$/),
  ])
  expect(html).toContain('<a href="/clusters/d">d</a>')
  expect(html).not.toContain('role="row"')
})

it('what drifted says since when, and who changed it', () => {
  const since = Date.UTC(2026, 2, 2, 9, 14, 51)
  const thing = { host: 'd1', id: 'file[/etc/motd]', title: 'motd', of: 'files' as const, summary: 'another' }
  const drifted = { ...emptyOutcome('drifted'), drift: [{ ...thing, since, by: ['sudo: alice ran vi'] }] }
  const one = over({ operation: 'drift', outcome: drifted })
  const told = { ...one, v: 1 as const, is: 'job-finished', outcome: drifted } as unknown as Finished
  const cluster = { cluster: 'shop', site: 'berlin', labels: {}, state: stateAfter(undefined, one) }
  const html = clusterMain(cluster, { drift: told, drills: [], lines: [], now })
  expect(html).toContain(
    'since <time datetime="2026-03-02T09:14:51.000Z">2026-03-02 09:14 UTC</time>, by sudo: alice',
  )
})

it('lines of a diff say what comes and what goes', () => {
  const html = diffMarkup('--- a\n+++ b\n-old\n+new <b>\n same')
  expect([html.match(/<ins>/g), html.match(/<del>/g)]).toEqual([['<ins>'], ['<del>']])
  // Each is a block: a line break between two would be a line of its own.
  expect(html).toContain('<del>-old</del><ins>+new &lt;b&gt;</ins><span> same</span></pre>')
  expect(diffMarkup('-old\n')).toContain('<del>-old</del></pre>')
})

describe('what is read aloud', () => {
  it('is who holds a VIP now, how clusters fare, and runs', () => {
    const run = {
      ...{
        v: 1 as const,
        run: 'r1',
        operation: 'apply' as const,
        asked: {},
        by: 'ann',
        started: '',
        selector: [],
        waves: [],
      },
      ...{ mayFail: 0, is: 'running' as const },
    }
    const [before, after] = [
      sightOf(seen('a', 'd1'), seen('b', 'd1')),
      sightOf(seen('a', 'd2'), seen('b', undefined)),
    ]
    const texts = (one: Sight, other: Sight) => turnsBetween(one, other).map(({ text }) => text)
    expect(texts(before, after)).toEqual([
      'a: 10.0.0.100 is now with d2, before with d1',
      'b: 10.0.0.100 is now with nobody, before with d1',
      'b is ill, before well',
    ])
    expect(texts(after, after)).toEqual([])
    expect(texts(before, { ...before, runs: [run] })).toEqual(['Run r1 began: apply'])
    expect(texts({ ...before, runs: [run] }, { ...before, runs: [{ ...run, is: 'paused' }] })).toEqual([
      'Run r1 is paused',
    ])
    expect(texts({ ...before, runs: [run] }, before)).toEqual(['Run r1 is over'])
  })
})

describe('a run', () => {
  it('is as far as its events say, and keeps no more than the newest lines', () => {
    const run = emptyRun('r1')
    const whose = {
      v: 1 as const,
      fleet: 'web',
      run: 'r1',
      at: '2030-01-01T00:00:00Z',
      by: 'ann',
      operation: 'apply' as const,
    }
    const job = { ...whose, site: 'berlin', job: 'j', worker: 'b1', attempt: 1 }
    take(run, { ...whose, is: 'run-started', selector: ['all'], waves: [['a'], ['b', 'c']] })
    expect(progressOf(run)).toEqual({ over: 0, of: 3 })
    take(run, { ...job, is: 'job-started', cluster: 'a', fence: '1.1' })
    expect(run.clusters.get('a')?.status).toBe('under way')
    take(run, { ...job, is: 'job-finished', cluster: 'a', outcome: emptyOutcome('fine') })
    take(run, { ...job, is: 'job-dead', cluster: 'b', attempts: 3, why: 'power' })
    expect(progressOf(run)).toEqual({ over: 2, of: 3 })
    for (let index = 0; index < 1000; index += 1)
      take(run, { ...job, is: 'job-progress', cluster: 'c', text: `${index}` })
    expect([run.lines.length, run.lines.at(-1)]).toEqual([400, '2030-01-01 00:00:00  c: 999'])
    const scheduled = emptyRun('r2')
    take(scheduled, { ...job, is: 'job-started', cluster: 'a', fence: '1.1' })
    expect(runMain(scheduled)).toMatch(/<\/span> running</)
    take(scheduled, { ...job, is: 'job-finished', cluster: 'a', outcome: emptyOutcome('fine') })
    expect(runMain(scheduled)).toMatch(/<\/span> done</)
    take(run, { ...whose, is: 'run-turned', to: 'stopped', why: 'too many failed' })
    expect(runMain(run)).toContain('too many failed')
  })
})
