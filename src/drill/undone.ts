import { explain, Failure } from '../model/failure.ts'

/** Something of a drill stays where it struck: whoever watches must know, whatever else happened. */
export class NotUndone extends Failure {
  constructor(left: readonly string[], cause: unknown) {
    const before = cause instanceof Failure ? [explain(cause)] : []
    super('STEP_FAILED', 'the drill had to stop, and not everything could be put back', {
      output: [...before, ...left].join('\n'),
      next: 'look at that machine; what was armed there may have put it back since',
      cause,
    })
  }
}

/**
 * Why something could not be put back on a host. One that cannot be reached, as after a reboot, puts it back by itself,
 * and whether it is well is seen afterwards.
 */
export function undoTrouble(host: string, outcome: PromiseSettledResult<void>): readonly string[] {
  if (outcome.status === 'fulfilled') return []
  const { reason } = outcome
  const certain = !(reason instanceof Failure) || ['STEP_FAILED', 'LAB_FAILED'].includes(reason.code)
  return certain ? [`${host}: ${reason instanceof Failure ? explain(reason) : String(reason)}`] : []
}
