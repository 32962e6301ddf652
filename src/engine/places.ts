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
  /** The place before which a barrier stays, whatever comes of the task. */
  #stays: string | undefined

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
    const isBarrier = this.#isBehindFatal && !task.fatal && !task.pauses
    if ((isBarrier || task.pauses) && !meetings.isOpen(key, host)) this.#steps.hold(key)
    this.#stays = isBarrier ? key : undefined
    this.#isBehindFatal = task.fatal === true || task.pauses === true
    if (!task.once) return undefined
    this.met.push(key)
    return meetings.at(key, host)
  }

  /** What comes of a task is known: where it does nothing here, nobody is waited for because of it. */
  leave(key: string): void {
    if (this.#stays !== key) this.#steps.release(key)
  }
}
