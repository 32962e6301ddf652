import type { ProbedService } from '../../model/drill.ts'

/** Milliseconds beyond which figures suffer from a prober that is late. */
export const busy = 50

/** Says that the figures are to be taken with care. */
export function busyWords({ late }: ProbedService): string {
  return `this computer was busy: requests were sent up to ${Math.round(late)} ms late, and the figures are no finer`
}
