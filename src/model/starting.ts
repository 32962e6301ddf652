import { changeOf, type Step } from './plan.ts'

/** The service that a step is to start, which does not run now; `undefined` where it starts none. */
export function startedBy(step: Step): string | undefined {
  const name = /^service\[(.*)\]$/.exec(step.id)?.[1]
  return name !== undefined && /\bstart\b/.test(changeOf(step)?.summary ?? '') ? name : undefined
}
