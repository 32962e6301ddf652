import type { Expansion } from '../model/task.ts'

/** What a task waits for, in words. */
export function awaited(on: Extract<Expansion, { is: 'waiting' }>['on']): string {
  if ('turn' in on) return 'what earlier tasks do'
  if ('facts' in on) return `the facts of ${on.facts}`
  return 'account' in on ? `the account "${on.account}"` : `the result "${on.register}"`
}
