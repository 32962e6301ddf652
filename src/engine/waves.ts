import { changeOf, type Plan } from '../model/plan.ts'
import { startedBy } from '../model/starting.ts'
import type { Play } from '../model/task.ts'

/**
 * Waves of a play as it begins. All its hosts are one where the plan is yet to start, on each of them, one of the services
 * for whose sake they would go one after the other, in nobody's place: a mistake takes nothing away then.
 */
export function wavesAsPlanned(
  { name, waves, wavesOnceRuns: services = [] }: Play,
  { hosts }: Plan,
): Play['waves'] {
  const all = waves.flat()
  const begins = (host: string): boolean =>
    hosts
      .find((one) => one.host === host)
      ?.steps.some(
        (step) =>
          step.play === name && services.includes(startedBy(step) ?? '') && changeOf(step)?.impact === 'none',
      ) ?? false
  return waves.length > 1 && all.every(begins) ? [all] : waves
}
