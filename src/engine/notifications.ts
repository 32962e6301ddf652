import { Failure } from '../model/failure.ts'
import type { ResourceId } from '../model/resource.ts'
import type { Handler, Task } from '../model/task.ts'

/** That a handler is to run: because something changed, or maybe, after this step did. */
export type Notified = 'surely' | { readonly after: ResourceId }

/** Which handlers of a play are to run on a host, and which were to in a run that broke off. */
export class Notifications {
  readonly #handlers: Handler[] = []
  readonly #notified = new Map<string, Notified>()
  readonly #kept: Set<string>

  constructor(kept: readonly string[]) {
    this.#kept = new Set(kept)
  }

  /** Begins a play with handlers of its own. */
  begin(handlers: readonly Handler[]): void {
    this.#handlers.splice(0, Number.POSITIVE_INFINITY, ...handlers)
    this.#notified.clear()
  }

  add(handlers: readonly Handler[]): void {
    for (const handler of handlers)
      if (!this.#handlers.some(({ id }) => id === handler.id)) this.#handlers.push(handler)
  }

  /** Was it to run in an earlier run, and did not in this one? */
  isKept({ id }: Handler): boolean {
    return this.#kept.has(id)
  }

  /** Handlers that these names mean, in the order in which they are written. Throws InvalidInput. */
  meant(names: readonly string[], task: Task): readonly Handler[] {
    const found = names.flatMap((name) => {
      const named = this.#handlers.filter((handler) => handler.names.includes(name)).slice(-1)
      const listening = this.#handlers.filter(({ topics }) => topics.includes(name))
      if (named.length + listening.length === 0)
        throw new Failure('INVALID_INPUT', `no handler of this play is called or listens to "${name}"`, {
          where: { origin: task.origin },
          next: `there are: ${this.#handlers.flatMap(({ names }) => names.slice(0, 1)).join(', ') || 'none'}`,
        })
      return [...named, ...listening]
    })
    return this.#handlers.filter((handler) => found.includes(handler))
  }

  notify(handler: Handler, how: Notified): void {
    if (this.#notified.get(handler.id) !== 'surely') this.#notified.set(handler.id, how)
  }

  /** Those that are to run now and are not among these, in the order in which they are written. */
  due(ran: ReadonlySet<string>): readonly Handler[] {
    return this.#handlers.filter(({ id }) => this.#notified.has(id) && !ran.has(id))
  }

  /** Takes what was noted of a handler that runs now. */
  take(handler: Handler): Notified {
    const how = this.#notified.get(handler.id) ?? 'surely'
    this.#notified.delete(handler.id)
    this.#kept.delete(handler.id)
    return how
  }

  /** Those of this play that an earlier run left. */
  left(): readonly Handler[] {
    return this.#handlers.filter((handler) => this.isKept(handler))
  }

  /** Handlers of this play that a host has a note of, and nobody needs any more. */
  forgotten(notes: readonly string[]): readonly string[] {
    return this.#handlers
      .map(({ id }) => id)
      .filter((id) => notes.includes(id) && !this.#kept.has(id) && !this.#notified.has(id))
  }
}
