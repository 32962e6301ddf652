import { setTimeout as pause } from 'node:timers/promises'
import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream'
import { TimeoutError } from '@nats-io/transport-node'
import type { z } from 'zod'
import { jsonIn } from '../fleet/envelope.ts'
import { type DeadMessage, deadMessage, type FleetEvent, fleetEvent } from '../fleet/event.ts'
import { deadSubject, eventSubject, placesOf } from '../fleet/names.ts'
import type { Engine } from './engine.ts'
import { engineFailure, isGone } from './failures.ts'
import { tailOf } from './tail.ts'

/**
 * Milliseconds without a message after which the server that leads is asked for what others lack; and how often in a row there may be none
 * of those that are to be there.
 */
const idle = 2000
const patience = 5

/** Tells an event; `name` makes one of the same name told once. */
export async function tellEvent(
  { stream, address }: Engine,
  event: FleetEvent,
  name?: string,
): Promise<void> {
  const subject = eventSubject(event.fleet, 'cluster' in event ? event.cluster : undefined, event.run)
  await publish({ stream, address }, subject, event, name)
}

/** Sets a message aside. */
export async function setAside({ stream, address }: Engine, dead: DeadMessage, name?: string): Promise<void> {
  await publish({ stream, address }, deadSubject(dead.fleet, dead.site), dead, name)
}

async function publish(
  { stream, address }: Pick<Engine, 'stream' | 'address'>,
  subject: string,
  value: unknown,
  name: string | undefined,
): Promise<void> {
  try {
    await stream.publish(subject, JSON.stringify(value), name === undefined ? {} : { msgID: name })
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/** Which events are read. */
export interface EventsAsked {
  readonly fleet: string
  readonly cluster?: string | undefined
  readonly run?: string | undefined
  /** Milliseconds since the epoch, by the clock of the engine. */
  readonly since?: number | undefined
  /** `now`: nothing of what was told before; by the engine's own reckoning, whatever our clock says. */
  readonly from?: 'now'
  /** Goes on with what is told from now on, until the signal. */
  readonly follow?: AbortSignal
}

/** Events in the order in which they were told; those of another version are left out. */
export function eventsOf(engine: Engine, asked: EventsAsked): AsyncGenerator<FleetEvent> {
  const { fleet, cluster, run } = asked
  const subject = `us.${fleet}.event.${cluster ?? '*'}.${run ?? '*'}`
  return messagesOf(engine, placesOf(fleet).events, { ...asked, subject, schema: fleetEvent })
}

/** Messages that were set aside, the oldest first. */
export async function deadOf(engine: Engine, fleet: string): Promise<readonly DeadMessage[]> {
  const subject = deadSubject(fleet, '*')
  const found: DeadMessage[] = []
  for await (const one of messagesOf(engine, placesOf(fleet).dead, { subject, schema: deadMessage }))
    found.push(one)
  return found
}

interface MessagesAsked<Value> {
  readonly subject: string
  readonly schema: z.ZodType<Value>
  readonly since?: number | undefined
  readonly from?: 'now'
  readonly follow?: AbortSignal
}

async function* messagesOf<Value>(
  { stream, manager, address }: Engine,
  name: string,
  { subject, schema, since, from, follow }: MessagesAsked<Value>,
): AsyncGenerator<Value> {
  function* legible(message: { string(): string }) {
    const read = schema.safeParse(jsonIn(message.string()))
    if (read.success) yield read.data
  }
  try {
    const consumer = await stream.consumers.get(name, {
      filter_subjects: subject,
      ...(since === undefined
        ? { deliver_policy: from === 'now' ? DeliverPolicy.New : DeliverPolicy.All }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(since).toISOString() }),
    })
    const { num_pending: waiting, delivered } = await consumer.info()
    let last = delivered.stream_seq
    if (waiting === 0 && !follow) return yield* tail()
    const messages = await consumer.consume()
    const stop = () => messages.stop()
    follow?.addEventListener('abort', stop, { once: true })
    try {
      let silent = 0
      for await (const message of pausing(messages)) {
        silent = message ? 0 : silent + 1
        if (!message && follow) yield* tail()
        if (!follow && silent > patience) throw new TimeoutError()
        if (!message) continue
        if (message.seq > last) yield* legible(message)
        last = Math.max(last, message.seq)
        if (!follow && message.info.pending === 0) break
      }
    } finally {
      follow?.removeEventListener('abort', stop)
      messages.stop()
    }
    if (!follow) yield* tail()

    async function* tail() {
      try {
        for await (const message of tailOf(manager, { stream: name, subject, from: last + 1 })) {
          yield* legible(message)
          last = message.seq
        }
      } catch (error) {
        // Whoever follows waits for an engine that is away.
        if (!follow || !isGone(error)) throw error
      }
    }
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/** Messages as they come, and nothing each time none came for a while. */
async function* pausing(messages: AsyncIterable<JsMsg>): AsyncGenerator<JsMsg | undefined> {
  const all = messages[Symbol.asyncIterator]()
  let next = all.next()
  for (;;) {
    const waiting = new AbortController()
    const nothing = pause(idle, undefined, { signal: waiting.signal }).catch(() => undefined)
    const found = await Promise.race([next, nothing])
    waiting.abort()
    if (found?.done) return
    yield found?.value
    if (found) next = all.next()
  }
}
