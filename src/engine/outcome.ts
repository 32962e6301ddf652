import type { HostOutcome } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { Verdict } from '../model/plan.ts'

/** What became of a host that nobody interrupted. */
export function outcomeOf(failure: Failure | undefined): HostOutcome {
  if (!failure) return 'ok'
  return unreachable.has(failure.code) ? 'unreachable' : 'failed'
}

/** Is it only asked again, and expected to be as it should? */
export function isAsExpected(verdict: Verdict): boolean {
  return verdict.is === 'provisional' && verdict.expected === undefined
}

const unreachable: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'HOST_KEY_REFUSED',
  'AUTHENTICATION_FAILED',
  'BECOME_FAILED',
  'CONNECTION_LOST',
])
