import type { Session } from '../../model/session.ts'
import { type Dial, probe } from './forwarded.ts'
import type { Ask } from './probing.ts'
import { probeThere } from './there.ts'

/** What a machine that looks from outside can do. */
export interface Client {
  readonly ask: Ask
  readonly dial: Dial
}

/** Asks on the machine itself where it has what that needs, otherwise through it; Perl's own modules know no TLS. */
export function clientOn(session: Session, now: () => number): Client {
  const dial: Dial = (endpoint, signal) => session.dial(endpoint, signal)
  return {
    dial,
    ask: async (plan) =>
      (plan.tls ? undefined : await probeThere(plan, (script) => session.converse(script), now)) ??
      probe(plan, dial, now),
  }
}
