import { setTimeout as pause } from 'node:timers/promises'
import type { DeadMessage, FleetEvent } from '../../fleet/event.ts'
import type { Run } from '../../fleet/kept.ts'
import { Failure } from '../../model/failure.ts'
import { deadOf, eventsOf } from '../../nats/events.ts'
import { openFleet } from '../../nats/fleet.ts'
import { type FleetOptions, type FleetStatus, lookAt, opened } from './looking.ts'
import { readFleet } from './reading.ts'

/** A fleet that is looked at for long, over one connection; nothing of it writes. */
export interface FleetView extends AsyncDisposable {
  /**
   * What was last seen, again whenever something is told, and after some seconds all the same, until the signal; while the engine is
   * away, why.
   */
  looks(
    signal: AbortSignal,
  ): AsyncGenerator<
    | { readonly is: 'seen'; readonly sight: FleetStatus & { readonly at: number } }
    | { readonly is: 'lost'; readonly why: string }
  >
  events(asked: {
    readonly cluster?: string
    readonly run?: string
    readonly since?: number
    readonly follow?: AbortSignal
  }): AsyncGenerator<FleetEvent>
  /** All that are remembered, the newest first. */
  runs(): Promise<readonly Run[]>
  /** Jobs that were given up, and messages that are none. */
  dead(): Promise<readonly DeadMessage[]>
}

/** Milliseconds: what is told within the first is shown together; after the second it is looked again without being told. */
const together = 250
const atTheLatest = 5000

/** Opens one. Throws UNREACHABLE, or INVALID_INPUT where there is no such fleet. */
export async function openFleetView(options: FleetOptions): Promise<FleetView> {
  const fleet = await readFleet(options.file)
  const engine = await opened(fleet, options)
  const name = fleet.said.fleet
  try {
    const there = await openFleet(engine, name)
    const look = async () => {
      try {
        return { is: 'seen', sight: { ...(await lookAt({ engine, fleet, there })), at: Date.now() } } as const
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return { is: 'lost', why: `${error.message}; what is shown may be old` } as const
      }
    }
    return {
      async *looks(signal) {
        const bell = new Bell()
        void ringAtEvents(bell, () => eventsOf(engine, { fleet: name, from: 'now', follow: signal }), signal)
        while (!signal.aborted) {
          yield await look()
          await bell.rung(atTheLatest, signal)
          await pause(together, undefined, { signal }).catch(() => undefined)
        }
      },
      events: (asked) => eventsOf(engine, { ...asked, fleet: name }),
      async runs() {
        const all = await there.buckets.runs.all()
        return all.map(({ value }) => value).toSorted((a, b) => (a.started < b.started ? 1 : -1))
      },
      dead: () => deadOf(engine, name),
      [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
    }
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
}

/** Rings at each event; where the engine goes away, it listens anew. */
async function ringAtEvents(
  bell: Bell,
  listen: () => AsyncIterable<FleetEvent>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const _ of listen()) bell.ring()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
    await pause(1000, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** Something to wait for, that may have happened before anybody waits. */
class Bell {
  #rang = false
  #wake = () => {}

  ring(): void {
    this.#rang = true
    this.#wake()
  }

  /** Until it rang, so many milliseconds passed, or the signal. */
  async rung(most: number, signal: AbortSignal): Promise<void> {
    if (!this.#rang) {
      const over = new AbortController()
      this.#wake = () => over.abort()
      await pause(most, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => undefined)
    }
    this.#rang = false
  }
}
