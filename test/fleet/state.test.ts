import { describe, expect, it } from 'vitest'
import { clusterState } from '../../src/fleet/kept.ts'
import { emptyOutcome, type Outcome } from '../../src/fleet/outcome.ts'
import { alertsBetween, type Over, stateAfter } from '../../src/fleet/state.ts'

const over = (operation: Over['operation'], at: number, outcome: Partial<Outcome>): Over => ({
  cluster: 'shop',
  site: 'berlin',
  labels: {},
  operation,
  run: 'r1',
  by: 'ann@desk',
  worker: 'w1',
  at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
  outcome: { ...emptyOutcome('fine'), ...outcome },
})
const drifted: Outcome['drift'][number] = {
  host: 'd1',
  id: 'file[/etc/x]',
  title: 'x',
  of: 'files',
  summary: 'changes',
  by: [],
}
const picture = (well: boolean, certificateDays = 80) => ({ well, vips: [], members: [], certificateDays })

describe('the state of a cluster', () => {
  it('is of its own shape, whatever was done', () => {
    const steps = [
      over('apply', 0, { status: 'changed', picture: picture(true) }),
      over('drift', 1, { status: 'drifted', drift: [drifted] }),
      over('drill', 2, { status: 'not-proven', drills: [{ name: 'd', passed: false, outage: 1, bound: 2 }] }),
    ]
    let state: ReturnType<typeof stateAfter> | undefined
    for (const step of steps) state = stateAfter(state, step)
    expect(clusterState.parse(state)).toMatchObject({
      health: 'well',
      drift: { count: 1 },
      drill: { passed: false },
      last: { apply: { status: 'changed' }, drift: { status: 'drifted' } },
    })
  })

  it('is, after a drill, what was seen once it was over, whether it was passed or not', () => {
    const drills = [{ name: 'd', passed: false, outage: 1, bound: 2 }]
    const drilled = (well: boolean) =>
      stateAfter(undefined, over('drill', 2, { status: 'not-proven', drills, picture: picture(well) })).health
    expect([drilled(true), drilled(false)]).toEqual(['well', 'ill'])
  })

  it('is not put back by what comes late', () => {
    const new2 = stateAfter(undefined, over('drift', 20, { status: 'fine' }))
    const late = stateAfter(new2, over('drift', 10, { status: 'drifted', drift: [drifted] }))
    expect(late.drift?.count).toBe(0)
    const ill = stateAfter(late, over('verify', 5, { status: 'not-proven', picture: picture(false) }))
    expect(ill.health).toBe(late.health)
  })

  it('alerts once when it turns, and once when it turns back', () => {
    const well = stateAfter(undefined, over('verify', 0, { picture: picture(true) }))
    const ill = stateAfter(well, over('verify', 1, { status: 'not-proven', picture: picture(false) }))
    const still = stateAfter(ill, over('verify', 2, { status: 'not-proven', picture: picture(false) }))
    const again = stateAfter(still, over('verify', 3, { picture: picture(true) }))
    expect(alertsBetween(undefined, well)).toEqual([])
    expect(alertsBetween(well, ill)).toEqual([{ about: 'health', bad: true, from: 'well', to: 'ill' }])
    expect(alertsBetween(ill, still)).toEqual([])
    expect(alertsBetween(still, again)).toEqual([{ about: 'health', bad: false, from: 'ill', to: 'well' }])
  })

  it('alerts of drift, certificates, drills and machines that cannot be reached', () => {
    const before = stateAfter(undefined, over('certificates', 0, { picture: picture(true, 15) }))
    const after = [
      over('certificates', 1, { picture: picture(true, 13) }),
      over('drift', 2, { status: 'drifted', drift: [drifted] }),
      over('drill', 3, { status: 'not-proven', drills: [{ name: 'd', passed: false, outage: 9, bound: 2 }] }),
      over('verify', 4, { status: 'unreachable' }),
    ].reduce(stateAfter, before)
    expect(alertsBetween(before, after).map(({ about, bad }) => `${about} ${bad}`)).toEqual([
      'reachable true',
      'drift true',
      'certificate true',
      'drill true',
    ])
  })

  it('no longer drifts after an apply', () => {
    const drift = stateAfter(undefined, over('drift', 0, { status: 'drifted', drift: [drifted] }))
    expect(stateAfter(drift, over('apply', 1, { status: 'failed' })).drift?.count).toBe(1)
    expect(stateAfter(drift, over('apply', 1, { status: 'changed' })).drift?.count).toBe(0)
  })
})
