import type { Emit } from '../model/event.ts'
import type { Answer, AtTerminal, Pause } from '../model/pausing.ts'
import { waited } from './time.ts'

/** How a pause ended. */
export interface Paused {
  readonly start: Date
  readonly stop: Date
  readonly milliseconds: number
  readonly answer: string
  readonly isAborted: boolean
}

/** What pauses of a wave need. */
interface Surroundings {
  readonly atTerminal?: AtTerminal | undefined
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** Pauses of a wave: each is one for all its hosts, and the first that comes to it begins it. */
export class Pauses {
  readonly #around: Surroundings
  readonly #begun = new Map<string, Promise<Paused>>()
  readonly #times = new Map<string, number>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** A wave begins: what others came to is nothing to it. */
  begin(): void {
    this.#begun.clear()
    this.#times.clear()
  }

  /** The pause at this place of the play; a host that comes there again, as it is to be tried again, finds a new one. */
  take(host: string, key: string, pause: Pause): Promise<Paused> {
    const own = `${host}/${key}`
    const time = (this.#times.get(own) ?? 0) + 1
    this.#times.set(own, time)
    const id = `${key}#${time}`
    const begun = this.#begun.get(id) ?? this.#pause(pause)
    this.#begun.set(id, begun)
    return begun
  }

  async #pause(pause: Pause): Promise<Paused> {
    const start = new Date()
    const since = performance.now()
    const answer = await this.#wait(pause)
    const milliseconds = performance.now() - since
    const isAborted = answer.is === 'abort'
    return {
      start,
      stop: new Date(),
      milliseconds,
      answer: answer.is === 'text' ? answer.text : '',
      isAborted,
    }
  }

  async #wait(pause: Pause): Promise<Answer> {
    const { atTerminal, emit, signal } = this.#around
    if (atTerminal) return atTerminal(pause, signal)
    const { seconds, prompt, title } = pause
    if (seconds === undefined)
      emit({
        is: 'warning',
        message: `nobody can be asked at a terminal, so the run goes on without an answer to "${prompt ?? title}"`,
      })
    else await waited(seconds, signal)
    return { is: 'text', text: '' }
  }
}
