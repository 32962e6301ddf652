import type { Look, Sight } from './sight.ts'
import { type Turn, turnsBetween } from './turns.ts'

/** The newest look at a fleet, shared by all who have a page open: however many these are, the engine is asked once. */
export class Watch {
  /** Absent until the first look. */
  sight: Sight | undefined
  /** Why what is shown may be old: the engine is away. */
  lost: string | undefined
  readonly #listeners = new Set<(turns: readonly Turn[]) => void>()

  /** Takes looks until there are no more. */
  async follow(looks: AsyncIterable<Look>): Promise<void> {
    for await (const look of looks) {
      let turns: readonly Turn[] = []
      if (look.is === 'lost') this.lost = look.why
      else {
        turns = this.sight ? turnsBetween(this.sight, look.sight) : []
        this.sight = look.sight
        this.lost = undefined
      }
      for (const tell of this.#listeners) tell(turns)
    }
  }

  /** What turned, at each look from now on, until the signal. Looks that came while nobody took one are told together. */
  async *news(signal: AbortSignal): AsyncGenerator<readonly Turn[]> {
    let waiting: Turn[] | undefined
    let wake = () => {}
    const tell = (turns: readonly Turn[]) => {
      waiting = [...(waiting ?? []), ...turns]
      wake()
    }
    const end = () => wake()
    this.#listeners.add(tell)
    signal.addEventListener('abort', end)
    try {
      while (!signal.aborted) {
        if (!waiting)
          await new Promise<void>((done) => {
            wake = done
          })
        const turns = waiting
        waiting = undefined
        if (turns && !signal.aborted) yield turns
      }
    } finally {
      this.#listeners.delete(tell)
      signal.removeEventListener('abort', end)
    }
  }
}
