import type { Prepared } from '../engine/rollout.ts'
import { Failure } from '../model/failure.ts'

/** Whether a run that fails is taken back. */
export interface Reversible {
  /**
   * As soon as anything fails on any host, or a proof afterwards, nothing more is begun, and every machine that this run changed is
   * taken back to what it was. It does not begin where a machine cannot be reached.
   */
  readonly rollback?: boolean
}

/** Whether a run is over for all hosts because something failed on one of them. */
export function hasFailed({ hosts }: Prepared): boolean {
  return hosts.some(({ failure }) => failure !== undefined)
}

/** Why nothing is begun on a host any more, where something failed on another one. */
export function leftForAnother(host: string, { hosts }: Prepared): Failure | undefined {
  const failed = hosts.find(({ failure }) => failure !== undefined)
  if (!failed || failed.host.name === host) return undefined
  return new Failure('STEP_FAILED', `left alone: ${failed.host.name} failed, and all is taken back`, {
    where: { host },
  })
}
