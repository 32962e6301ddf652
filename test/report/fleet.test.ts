import { describe, expect, it } from 'vitest'
import type { FleetEvent } from '../../src/fleet/event.ts'
import type { Run } from '../../src/fleet/kept.ts'
import { emptyOutcome, type Picture } from '../../src/fleet/outcome.ts'
import { type Over, stateAfter } from '../../src/fleet/state.ts'
import { eventLine, fleetLines } from '../../src/report/fleet.ts'
import type { Paint } from '../../src/report/paint.ts'

const at = '2026-01-01T00:00:00.000Z'
const plain: Paint = (_, text) => text
const marked: Paint = (colour, text) => `<${colour}>${text}</${colour}>`

function seen(cluster: string, picture: Partial<Picture>) {
  const holders = { vips: [{ address: '10.0.0.100', holders: ['d1'] }], members: [] }
  const outcome = { ...emptyOutcome('fine'), picture: { well: true, ...holders, ...picture } }
  const who = { run: 'r1', by: 'ann@desk', worker: 'w1' }
  const over: Over = { cluster, site: 'berlin', labels: {}, operation: 'verify', ...who, at, outcome }
  return { cluster, site: 'berlin', state: stateAfter(undefined, over) }
}

const address = (last: number, holders: string[]) => ({ address: `10.0.0.${last}`, holders })

const run: Run = {
  v: 1,
  run: 'r2',
  operation: 'apply',
  asked: {},
  by: 'ann@desk',
  started: at,
  selector: ['all'],
  waves: [['a']],
  mayFail: 0.1,
  is: 'stopped',
  why: '2 of 16 failed',
}
const fleet = {
  clusters: [
    seen('a', {}),
    seen('b', { certificateDays: 3 }),
    seen('c', { well: false, vips: [{ address: '10.0.0.100', holders: [] }] }),
    seen('d', { certificateDays: -1 }),
    { cluster: 'new', site: 'oslo' },
  ],
  workers: [],
  runs: [run],
}
const now = Date.parse(at) + 60_000

describe('the status of a fleet', () => {
  it('begins with how many fare how, and those that somebody should look at', () => {
    expect(fleetLines(fleet, { now, paint: plain })).toEqual([
      '5 clusters: 3 well, 1 ill, 1 not looked at yet',
      '',
      'CLUSTER  SITE    STATE    DRIFT  LAST DRILL  CERTIFICATES  NOW  VIPS',
      'c        berlin  ill      -      -           -             -    10.0.0.100 nobody',
      'd        berlin  well     -      -           ended         -    10.0.0.100 d1',
      'b        berlin  well     -      -           3 days        -    10.0.0.100 d1',
      'a        berlin  well     -      -           -             -    10.0.0.100 d1',
      'new      oslo    unknown  -      -           -             -    -',
      '',
      'no worker is there: nothing that is ordered is begun',
      'run r2: apply by ann@desk is stopped: 2 of 16 failed → understudy fleet resume r2, or abort it',
    ])
  })

  it('leaves out those that are well where a screen has no room for all', () => {
    const lines = fleetLines(fleet, { now, paint: plain, most: 9 })
    expect(lines).toHaveLength(9)
    expect(lines.slice(3, 6).map((line) => line.split(' ')[0])).toEqual(['c', 'd', '…'])
    expect(lines[5]).toBe('… and 3 more')
  })

  it('colours what is amiss, and shifts nothing', () => {
    const lines = fleetLines(fleet, { now, paint: marked })
    expect(lines[3]).toMatch(
      /^<bold>c {6}<\/bold> {2}berlin {2}<red>ill {4}<\/red> .*<red>10.0.0.100 nobody<\/red>$/,
    )
    expect(lines[4]).toContain('<red>ended       </red>')
    expect(lines[5]).toContain('<yellow>3 days      </yellow>')
    const bare = lines.map((line) => line.replaceAll(/<\/?\w+>/g, '').trimEnd())
    expect(bare).toEqual(fleetLines(fleet, { now, paint: plain }))
  })

  it('tells on a narrow screen what is to be seen of a cluster, and ends where the screen does', () => {
    const failed = { ...emptyOutcome('failed'), seconds: 1 }
    const two = { vips: [address(1, ['d1']), address(2, ['d1', 'd2'])], certificateDays: 0 }
    const undone: Over = {
      ...{ cluster: 'e', site: 'berlin', labels: {}, operation: 'apply', run: 'r1', by: 'ann', worker: 'w1' },
      ...{ at: new Date(now).toISOString(), outcome: failed },
    }
    const clusters = [
      ...fleet.clusters,
      {
        ...seen('e', two),
        state: stateAfter(seen('e', two).state, undone),
        holder: { did: 'apply', worker: 'w1' },
      },
    ]
    const lines = fleetLines({ ...fleet, clusters }, { now, paint: plain, width: 70 })
    expect(lines[0]).toBe('6 clusters: 4 well, 1 ill, 1 not looked at yet, 1 with a change not made')
    expect(lines.slice(2, 9)).toEqual([
      'CLUSTER  STATE               TO SEE',
      'c        ill                 10.0.0.100 nobody',
      'd        well                certificate ended',
      'e        well, apply failed  apply at w1, 10.0.0.2 d1+d2, certificate…',
      'b        well                certificate 3 days',
      'a        well                10.0.0.100 d1',
      'new      unknown             -',
    ])
    const wide = fleetLines({ ...fleet, clusters }, { now, paint: plain, width: 120 })
    expect(wide[2]).toContain('LAST DRILL')
    expect(wide.slice(2, 9).every((line) => line.length <= 120)).toBe(true)
    // What is amiss comes first, whatever the screen has no room for.
    expect(wide[5]).toMatch(/ 10\.0\.0\.2 d1\+d2, 10\.0\.0\.1 d1$/)
  })

  it('says that what was seen is of before, and which sites have no worker', () => {
    const gone: Over = {
      ...{
        cluster: 'a',
        site: 'berlin',
        labels: {},
        operation: 'verify',
        run: 'r3',
        by: 'ann',
        worker: 'w1',
      },
      ...{ at: new Date(now).toISOString(), outcome: emptyOutcome('unreachable') },
    }
    const silent = { ...seen('a', {}), state: stateAfter(seen('a', {}).state, gone) }
    const worker = { v: 1 as const, worker: 'w1', site: 'berlin', version: '1', started: at, jobs: [] }
    const more = { clusters: [silent, { cluster: 'new', site: 'oslo' }], workers: [worker], runs: [] }
    const lines = fleetLines(more, { now: now + 7_200_000, paint: plain })
    expect(lines[3]).toMatch(/unreachable .* 2 h ago: 10\.0\.0\.100 d1$/)
    expect(lines.at(-1)).toMatch(/^no worker is at oslo: .* → understudy worker --site oslo$/)
    expect(lines.at(-2)).toBe('workers: w1 (berlin, 0 under way)')
    const newer = { ...worker, worker: 'w2', version: '2' }
    const mixed = fleetLines({ ...more, workers: [worker, newer] }, { now, paint: plain }).at(-2)
    expect(mixed).toBe(
      'workers: w1 (berlin, understudy 1, 0 under way), w2 (berlin, understudy 2, 0 under way)',
    )
  })
})

it('a reason of several lines stands in one', () => {
  const about = { v: 1, at, fleet: 'web', run: 'none', site: 'berlin' } as const
  expect(eventLine({ ...about, is: 'message-set-aside', why: 'not trusted\n  → have it signed' })).toMatch(
    /: not trusted → have it signed$/,
  )
})

it('a job that was not proven says what did not hold', () => {
  const proof = { name: 'one-holder', subject: '10.0.0.100', verdict: 'fail' as const }
  const event = {
    ...{ v: 1, is: 'job-finished', at, fleet: 'web', run: 'r1', job: 'r1.a', cluster: 'a', site: 'berlin' },
    ...{ operation: 'verify', by: 'ann@desk', worker: 'w1', attempt: 1 },
    outcome: { ...emptyOutcome('not-proven'), seconds: 2, proofs: [proof] },
  } as FleetEvent
  expect(eventLine(event)).toBe(
    '2026-01-01 00:00:00  a: verify by ann@desk at w1: not-proven after 2.0 s: one-holder 10.0.0.100 (run r1)',
  )
})
