import type { Failure } from '../model/failure.ts'
import type { Verdict } from '../model/plan.ts'
import { type Registered, unchanged } from '../model/resource.ts'
import type { Expansion } from '../model/task.ts'

/** Does it need the host itself, by its own connection? */
export function needsHost(expansion: Expansion, host: string): boolean {
  if (expansion.is === 'waiting') return 'facts' in expansion.on && expansion.on.facts === host
  return expansion.is === 'ready' && expansion.resources.some(({ options }) => options.on === undefined)
}

/** What comes of a task on a host that cannot be reached. */
export function unreached(
  { message }: Failure,
  isIgnored: boolean,
): { verdict: Verdict; result: Registered } {
  const text = `the host cannot be reached, which the task ignores: ${message}`
  const result = { ...unchanged, msg: message, found: { unreachable: true } }
  return { verdict: isIgnored ? { is: 'told', text } : { is: 'failed' }, result }
}
