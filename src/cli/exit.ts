import type { HostRecap } from '../model/event.ts'
import type { FailureCode } from '../model/failure.ts'

/** The exit statuses of every command; documented in docs/exit-status.md and nowhere else decided. */
export const exitStatus = {
  fine: 0,
  stepFailed: 1,
  changesPending: 2,
  notProven: 3,
  unreachable: 4,
  invalidInput: 5,
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
  PLAN_STALE: exitStatus.stepFailed,
  LOCKED: exitStatus.stepFailed,
  VERIFICATION_FAILED: exitStatus.notProven,
  INTERRUPTED: exitStatus.interrupted,
  LAB_FAILED: exitStatus.stepFailed,
}

/** The exit status one failure stands for. */
export function statusOf(code: FailureCode): number {
  return byCode[code]
}

/**
 * The exit status of a run over several hosts, whose failures have these codes: an interruption outranks bad
 * input, which outranks a failed step, which outranks an unreachable host.
 */
export function statusOfRun(codes: readonly FailureCode[]): number {
  const statuses = codes.map(statusOf)
  const ranked = [
    exitStatus.interrupted,
    exitStatus.invalidInput,
    exitStatus.stepFailed,
    exitStatus.unreachable,
  ]
  return ranked.find((status) => statuses.includes(status)) ?? exitStatus.fine
}

/** Does any host still want changes? */
export function changesPending(recaps: readonly HostRecap[]): boolean {
  return recaps.some(({ pending }) => pending > 0)
}
