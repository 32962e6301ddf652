import type { RunEvent } from '../model/event.ts'
import type { Memorable, Memory } from './planning.ts'
import type { HostRecord } from './recording.ts'
import { saidBy } from './saying.ts'

/** What was decided for a host's tasks and stays so, whatever the host says later. */
export class Remembered {
  readonly memories: Map<string, Memory>
  readonly #said = new Set<string>()
  readonly #record: HostRecord

  constructor(record: HostRecord) {
    this.#record = record
    this.memories = new Map(record.memories)
  }

  /** Keeps what was decided up to a play, and returns what tasks have to say that was not said before. */
  keep(host: string, memorable: readonly Memorable[], lastPlay: number): readonly RunEvent[] {
    const events: RunEvent[] = []
    for (const one of memorable) {
      const { key, play, task, reached, expansion, result, failure } = one
      if (play > lastPlay) break
      if (!this.memories.has(key)) this.#record.noteAnswer(one)
      this.memories.set(key, { expansion, result, ...(failure ? { failure } : {}) })
      // What stands before it may still fail.
      if (expansion.is !== 'control' || !reached || this.#said.has(key)) continue
      this.#said.add(key)
      events.push(...saidBy(host, task, expansion))
    }
    return events
  }
}
