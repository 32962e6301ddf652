import { randomBytes } from 'node:crypto'
import type { Program } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { type Ask, buildProgram } from '../shell/program.ts'
import { awaitedFirst } from './awaited-first.ts'
import { questionsOf, unanswered } from './inspect.ts'
import { type HostPlanning, resourcesOf } from './planning.ts'

/** The first questions for a host, made before there is a connection to it. */
interface Ahead {
  readonly asks: readonly Ask[]
  readonly program: Program
}

/** What goes to a host ahead of the trip that will take its answers. */
export class SentAhead {
  #waiting: Ahead | undefined

  /** The next trip asks what was sent ahead, which may be less than could be asked by then. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  /** The program of the first questions, for whoever can send it with something else; `undefined`: there is none. */
  make(planning: HostPlanning, others: readonly Query<unknown>[]): Program | undefined {
    this.#waiting = aheadOf(planning, others)
    return this.#waiting?.program
  }

  /** What was made, once. A trip that does more than ask has no use for it. */
  take(asksOnly: boolean): Ahead | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return asksOnly ? waiting : undefined
  }
}

/**
 * The first questions, as far as the host itself is asked; `undefined` where it is to be waited for first, or where contents
 * have to be sent before it can be asked.
 */
function aheadOf(planning: HostPlanning, others: readonly Query<unknown>[]): Ahead | undefined {
  if (awaitedFirst(planning)) return undefined
  const all = unanswered(questionsOf(resourcesOf(planning), new Map(), others), new Map())
  const asks = all.filter(({ on }) => on === undefined)
  if (asks.some(({ sensor }) => (sensor.uploads ?? []).length > 0)) return undefined
  return { asks, program: buildProgram(randomBytes(12).toString('hex'), { asks }) }
}
