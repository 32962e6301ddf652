import type { RunEvent } from '../model/event.ts'
import type { Memorable, Memory } from './planning.ts'
import { saidBy } from './saying.ts'

/** What was decided for a host's tasks and stays so, whatever the host says later. */
export class Remembered {
  readonly memories = new Map<string, Memory>()
  readonly #said = new Set<string>()

  /** Keeps what was decided up to a play, and returns what tasks have to say that was not said before. */
  keep(host: string, memorable: readonly Memorable[], lastPlay: number): readonly RunEvent[] {
    const events: RunEvent[] = []
    for (const { key, play, task, reached, expansion, result, failure } of memorable) {
      if (play > lastPlay) break
      this.memories.set(key, { expansion, result, ...(failure ? { failure } : {}) })
      // What stands before it may still fail.
      if (expansion.is !== 'control' || !reached || this.#said.has(key)) continue
      this.#said.add(key)
      events.push(...saidBy(host, task, expansion))
    }
    return events
  }
}
