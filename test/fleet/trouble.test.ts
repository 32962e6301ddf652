import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../../src/fleet/kept.ts'
import { emptyOutcome, type OutcomeStatus } from '../../src/fleet/outcome.ts'
import { stateAfter } from '../../src/fleet/state.ts'
import { certificateDaysAt, isSeenBefore, troubleOf, undoneChange } from '../../src/fleet/trouble.ts'
import { over, pictureWith } from '../web/told.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
const at = (days: number) => new Date(start + days * day).toISOString()

/** A cluster that was seen well on the first day, with a certificate that has so many days left then. */
function well(certificateDays: number): ClusterState {
  const outcome = { ...emptyOutcome('fine'), picture: pictureWith('d1', { certificateDays }) }
  return stateAfter(undefined, over({ at: at(0), outcome }))
}

const changed = (state: ClusterState, operation: 'apply' | 'deploy', status: OutcomeStatus, days: number) =>
  stateAfter(state, over({ operation, at: at(days), run: `r${days}`, outcome: emptyOutcome(status) }))

describe('trouble', () => {
  it('is a certificate whose days went by since somebody looked', () => {
    const state = well(20)
    expect([0, 5, 7, 19].map((days) => troubleOf(state, start + days * day))).toEqual([
      'none',
      'none',
      'soon',
      'soon',
    ])
    expect(troubleOf(state, start + 20 * day)).toBe('now')
    expect(certificateDaysAt(state, start + 5 * day)).toBe(15)
    // A clock behind that of the worker makes nothing younger.
    expect(certificateDaysAt(state, start - day)).toBe(20)
  })

  it('is a change that was not made, until one is', () => {
    const failed = changed(well(90), 'apply', 'failed', 1)
    expect([failed.health, troubleOf(failed, start)]).toEqual(['well', 'soon'])
    expect(undoneChange(failed)).toMatchObject({ operation: 'apply', status: 'failed', run: 'r1' })
    const made = changed(failed, 'deploy', 'changed', 2)
    expect([undoneChange(made), troubleOf(made, start)]).toEqual([undefined, 'none'])
    expect(undoneChange(changed(made, 'deploy', 'refused', 3))).toMatchObject({ operation: 'deploy' })
    expect(undoneChange(changed(well(90), 'apply', 'not-proven', 1))).toBeUndefined()
  })
})

it('what was seen is of before where machines cannot be reached any more', () => {
  const silent = over({ at: at(1), outcome: emptyOutcome('unreachable') })
  expect(isSeenBefore(well(90))).toBe(false)
  expect(isSeenBefore(stateAfter(well(90), silent))).toBe(true)
  expect(isSeenBefore(stateAfter(undefined, silent))).toBe(false)
})
