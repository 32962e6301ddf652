import { changeOf, type Step } from '../model/plan.ts'
import type { Rewritten } from './addresses.ts'
import { spokenBy } from './spoken.ts'

/** Is a step about a service with this name, or a package of it? */
export function concerns(step: Step, program: string): boolean {
  const { id } = step
  return (
    id === `service[${program}]` ||
    (id.startsWith('package[') && id.includes(program)) ||
    spokenBy(step)?.service === program
  )
}

/** The text of a configuration before and after the plan, where it changes. */
export function rewritten(steps: readonly Step[], path: RegExp): Rewritten | undefined {
  for (const step of steps)
    for (const one of changeOf(step)?.differences ?? [])
      if (one.is === 'text' && path.test(one.path)) return { before: one.before, after: one.after }
  return undefined
}
