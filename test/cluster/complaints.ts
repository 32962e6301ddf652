import { expect } from 'vitest'
import { type Member, resolveClusters } from '../../src/cluster/index.ts'

/** What lint says of these machines. */
export const complaints = (members: readonly Member[]) =>
  resolveClusters(members).problems.map(({ severity, message, host, path }) => ({
    severity,
    message,
    at: `${host} ${path.join('.')}`,
  }))

/** The only complaint about these machines. */
export function complaint(members: readonly Member[]) {
  const found = complaints(members)
  expect(found).toHaveLength(1)
  return found[0]
}
