import { describe, expect, it } from 'vitest'
import { statusOfPlan, statusOfProofs, statusOfRun } from '../../src/cli/exit.ts'
import type { HostRecap, ProofResult } from '../../src/model/event.ts'
import { Failure, type FailureCode } from '../../src/model/failure.ts'
import type { RunResult } from '../../src/operations/run.ts'

const run = (codes: readonly FailureCode[] = [], rest: Partial<RunResult> = {}): RunResult => ({
  plan: { hosts: [], complete: true },
  steps: [],
  hosts: [],
  failures: codes.map((code) => ({ host: 'a', failure: new Failure(code, 'x') })),
  interrupted: false,
  ...rest,
})
const pending: HostRecap = {
  ...{ host: 'a', outcome: 'ok', converged: 0, changed: 0, failed: 0, skipped: 0, trips: 1, seconds: 0 },
  pending: 1,
} as const
const proved = (verdict: ProofResult['verdict']) => [
  { cluster: 'web', proofs: [{ name: 'p', subject: 's', verdict }] },
]

describe('the exit status', () => {
  it('is that of the worst which happened, as docs/exit-status.md orders them', () => {
    expect(statusOfRun(run())).toBe(0)
    expect(statusOfRun(run([], { clusters: proved('fail') }))).toBe(3)
    expect(statusOfRun(run(['CONNECTION_LOST'], { clusters: proved('fail') }))).toBe(4)
    expect(statusOfRun(run(['UNREACHABLE', 'LOCKED']))).toBe(6)
    expect(statusOfRun(run(['LOCKED', 'STEP_FAILED']))).toBe(1)
    expect(statusOfRun(run(['UNREACHABLE', 'STEP_FAILED']))).toBe(1)
    expect(statusOfRun(run(['STEP_FAILED', 'INVALID_INPUT', 'UNREACHABLE']))).toBe(5)
    expect(statusOfRun(run(['INVALID_INPUT'], { interrupted: true }))).toBe(130)
  })

  it('tells of pending changes only where nothing is worse, and only of a plan', () => {
    expect(statusOfPlan(run([], { hosts: [pending] }))).toBe(2)
    expect(statusOfPlan(run(['UNREACHABLE'], { hosts: [pending] }))).toBe(4)
    expect(statusOfPlan(run())).toBe(0)
    expect(statusOfRun(run([], { hosts: [pending] }))).toBe(0)
  })

  it('is no failure of a proof that could not be made', () => {
    expect(statusOfProofs({ clusters: proved('unknown'), interrupted: false })).toBe(0)
    expect(statusOfProofs({ clusters: proved('fail'), interrupted: false })).toBe(3)
    expect(statusOfProofs({ clusters: proved('fail'), interrupted: true })).toBe(130)
  })
})
