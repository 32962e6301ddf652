import { Failure } from '../model/failure.ts'
import type { Registered } from '../model/resource.ts'
import type { Expansion, Task } from '../model/task.ts'
import type { Notified } from './notifications.ts'

/** Where it goes after a task: on, out of the block that failed, out of the role or the play, or nowhere without the host. */
export type Flow = 'on' | 'failed' | 'left' | 'ended' | 'lost'

/** What a task came to: `failed` where it failed whether or not that is ignored. */
export interface Coming {
  readonly flow: Flow
  readonly result?: Registered
  /** Handlers are to run because of it, or maybe. */
  readonly notifies?: Notified
}

/** A task of which nothing can be said before all that comes before it is done. */
export const tooEarly: Expansion = { is: 'waiting', on: { turn: true }, resources: [] }

/** Tasks that bring in tasks that bring in tasks may do so for ever. */
export const deepest = 100

/** Said where they do. */
export function tooDeep(host: string, [first]: readonly Task[]): Failure {
  const where = { host, ...(first ? { origin: first.origin } : {}) }
  const next = 'give the include a condition that ends it'
  const message = `tasks bring in each other more than ${deepest} times, one inside the other`
  return new Failure('INVALID_INPUT', message, { where, next })
}
