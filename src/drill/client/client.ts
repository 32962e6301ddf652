import { Failure } from '../../model/failure.ts'
import type { Session } from '../../model/session.ts'
import { type Dial, probe } from './forwarded.ts'
import { type Ask, type ProbePlan, takesProgram } from './probing.ts'
import { probeThere } from './there.ts'

/** What a machine that looks from outside can do. */
export interface Client {
  /** Asks at a fixed rate. */
  readonly ask: Ask
  readonly dial: Dial
}

/** Probers at once: an sshd allows ten programs over one connection (sshd_config(5), MaxSessions), and others need some. */
const probersAtMost = 6

/**
 * Asks on the machine itself where it has what that needs, otherwise through it; Perl's own modules know no TLS, and neither
 * a datagram nor an echo passes through ssh: ask throws INVALID_INPUT where the machine cannot send any.
 */
export function clientOn(session: Session, now: () => number): Client {
  const dial: Dial = (endpoint, signal) => session.dial(endpoint, signal)
  let probers = 0
  return {
    dial,
    ask: async (plan) => {
      const through = plan.tls || plan.follows || (probers >= probersAtMost && !takesProgram(plan))
      if (through) return probe(plan, dial, now)
      probers += 1
      const over = () => {
        probers -= 1
      }
      const there = await probeThere(plan, { converse: (script) => session.converse(script), now, over })
      if (typeof there !== 'string') return there
      if (takesProgram(plan)) throw nobodyCan(plan, there)
      return probe(plan, dial, now)
    },
  }
}

function nobodyCan({ address, port, echo }: ProbePlan, why: 'unable' | 'late'): Failure {
  const how = echo ? `${address} for an echo` : `${address} port ${port} by UDP`
  if (why === 'late')
    return new Failure(
      'INSPECTION_FAILED',
      `the machine that asks is so busy that our prober did not start there in time: nobody can ask ${how}`,
      { next: 'try it again when that machine has less to do, or name another one in the group clients' },
    )
  return new Failure(
    'INVALID_INPUT',
    `the machine that asks has no Perl that our prober runs with: nobody can ask ${how}`,
    {
      next: 'install perl there, or name another machine in the group clients',
    },
  )
}
