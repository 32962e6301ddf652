import { setTimeout as pause } from 'node:timers/promises'

/** Waits for something, so many milliseconds at most, and whatever comes of it. */
export async function forAtMost(milliseconds: number, something: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  const late = pause(milliseconds, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([something.catch(() => undefined), late])
  over.abort()
}

/** Questions that were put to an engine and are open still, whoever waits for their answers or has given that up. */
export class OpenQuestions {
  readonly #open = new Set<Promise<unknown>>()

  /** Counts a question until it is answered, or failed. */
  count<Answer>(question: Promise<Answer>): Promise<Answer> {
    const forget = () => void this.#open.delete(question)
    this.#open.add(question)
    question.then(forget, forget)
    return question
  }

  /** Until those that are open now are none any more. */
  async answered(): Promise<void> {
    await Promise.allSettled(this.#open)
  }
}
