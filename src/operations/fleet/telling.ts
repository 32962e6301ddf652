import type { FleetEvent } from '../../fleet/event.ts'
import { tellEvent } from '../../nats/events.ts'
import { isGone } from '../../nats/failures.ts'
import { ofJob } from './letters.ts'
import type { ReadJob, Work } from './work.ts'

/** Events of a job that may get lost: what it comes to is kept otherwise. */
export class Telling {
  readonly whose
  readonly #work: Work
  #said = 0
  over: Promise<void> = Promise.resolve()

  constructor(job: ReadJob, attempt: number, work: Work) {
    this.#work = work
    this.whose = { ...ofJob(job, work), worker: work.worker, attempt } as const
  }

  /** More than some hundred say no more. */
  readonly progress = (text: string, host?: string): void => {
    if (++this.#said > 300) return
    this.tell({
      ...this.whose,
      at: new Date().toISOString(),
      is: 'job-progress',
      text: text.slice(0, 2000),
      ...(host === undefined ? {} : { host }),
    })
  }

  tell(event: FleetEvent): void {
    if (!this.#work.engine.reachable()) return
    this.over = this.over.then(() =>
      tellEvent(this.#work.engine, event).catch((error: unknown) => {
        if (!isGone(error)) this.#work.onEvent({ is: 'warning', message: String((error as Error).message) })
      }),
    )
  }
}
