import type { Task } from '../model/task.ts'
import type { Meeting } from './meeting.ts'
import type { PlanInput } from './planning.ts'
import type { Steps } from './steps.ts'

/** The places of a play at which a host meets the others of its wave. */
export class Places {
  readonly #input: Pick<PlanInput, 'meetings' | 'host'>
  readonly #steps: Steps
  /** Those where something runs once for all. */
  readonly met: string[] = []
  #isBehindFatal = false

  constructor(input: Pick<PlanInput, 'meetings' | 'host'>, steps: Steps) {
    this.#input = input
    this.#steps = steps
  }

  /** Plays do not concern each other. */
  begin(): void {
    this.#isBehindFatal = false
  }

  /** The host comes to a task: what it is there where it runs once for all. */
  come(task: Task, key: string): Meeting | undefined {
    const { meetings, host } = this.#input
    if (this.#isBehindFatal && !task.fatal && !meetings.isOpen(key, host)) this.#steps.hold(key)
    this.#isBehindFatal = task.fatal === true
    if (!task.once) return undefined
    this.met.push(key)
    return meetings.at(key, host)
  }
}
