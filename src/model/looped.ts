import { type Registered, unchanged } from './resource.ts'

/** The result of a loop, of those of its items. */
export function ofLoop(results: readonly Registered[]): Registered {
  const changed = results.some((one) => one.changed)
  const failed = results.some((one) => one.failed)
  const skipped = results.every((one) => one.skipped)
  const msg = failed ? 'One or more items failed' : skipped ? 'All items skipped' : 'All items completed'
  const secret = results.some((one) => one.secret) ? ({ secret: true } as const) : {}
  return { ...unchanged, changed, failed, skipped, msg, results, ...secret }
}
