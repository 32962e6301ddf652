import type { FailureCode } from '../model/failure.ts'
import type { DrillsResult } from '../operations/drill.ts'
import type { RunResult } from '../operations/run.ts'
import type { VerifyResult } from '../operations/verify.ts'

/** The exit statuses of every command; documented in docs/exit-status.md and nowhere else decided. */
export const exitStatus = {
  fine: 0,
  stepFailed: 1,
  changesPending: 2,
  notProven: 3,
  unreachable: 4,
  invalidInput: 5,
  inUse: 6,
  refused: 7,
  interrupted: 130,
} as const

const byCode: Readonly<Record<FailureCode, number>> = {
  INVALID_INPUT: exitStatus.invalidInput,
  UNREACHABLE: exitStatus.unreachable,
  HOST_KEY_REFUSED: exitStatus.unreachable,
  AUTHENTICATION_FAILED: exitStatus.unreachable,
  BECOME_FAILED: exitStatus.unreachable,
  CONNECTION_LOST: exitStatus.unreachable,
  STEP_FAILED: exitStatus.stepFailed,
  INSPECTION_FAILED: exitStatus.stepFailed,
  DID_NOT_CONVERGE: exitStatus.stepFailed,
  PLAN_STALE: exitStatus.refused,
  TOO_MUCH_IMPACT: exitStatus.refused,
  LOCKED: exitStatus.inUse,
  VERIFICATION_FAILED: exitStatus.notProven,
  INTERRUPTED: exitStatus.interrupted,
  LAB_FAILED: exitStatus.stepFailed,
}

/** The exit status one failure stands for. */
export function statusOf(code: FailureCode): number {
  return byCode[code]
}

/**
 * The exit status of a run that changes something: an interruption outranks bad input, which outranks a failed step,
 * which outranks a plan that holds no more, which outranks a machine that another run has, which outranks an unreachable host, which outranks a proof that failed.
 */
export function statusOfRun({ failures, interrupted, clusters = [], takenBack = [] }: RunResult): number {
  const statuses = failures.map(({ failure }) => statusOf(failure.code))
  if (interrupted) statuses.push(exitStatus.interrupted)
  if (takenBack.some(({ amiss }) => amiss.length > 0)) statuses.push(exitStatus.stepFailed)
  if (!allHolds(clusters)) statuses.push(exitStatus.notProven)
  return worstOf(statuses)
}

/** The exit status of drills: of what kept some from being carried out, and of those that did not pass. */
export function statusOfDrills({ results, failures, interrupted }: DrillsResult): number {
  return worstOf([
    ...failures.map(({ code }) => statusOf(code)),
    ...(interrupted ? [exitStatus.interrupted] : []),
    ...(results.every(({ passed }) => passed) ? [] : [exitStatus.notProven]),
  ])
}

function worstOf(statuses: readonly number[]): number {
  const ranked = [
    exitStatus.interrupted,
    exitStatus.invalidInput,
    exitStatus.stepFailed,
    exitStatus.refused,
    exitStatus.inUse,
    exitStatus.unreachable,
    exitStatus.notProven,
  ]
  return ranked.find((status) => statuses.includes(status)) ?? exitStatus.fine
}

/** The exit status of a run that only shows what is to change. */
export function statusOfPlan(result: RunResult): number {
  const status = statusOfRun(result)
  if (status !== exitStatus.fine) return status
  return result.hosts.some(({ pending }) => pending > 0) ? exitStatus.changesPending : exitStatus.fine
}

/** The exit status of a verification. */
export function statusOfProofs({ clusters, interrupted }: VerifyResult): number {
  if (interrupted) return exitStatus.interrupted
  return allHolds(clusters) ? exitStatus.fine : exitStatus.notProven
}

function allHolds(clusters: VerifyResult['clusters']): boolean {
  return clusters.every(({ proofs }) => proofs.every(({ verdict }) => verdict !== 'fail'))
}
