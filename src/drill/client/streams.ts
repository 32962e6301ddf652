import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { HeldStreams, StreamKind } from '../../model/drill.ts'
import type { ByteStream } from '../../model/session.ts'
import type { Dial } from './forwarded.ts'
import { headOf, type ProbePlan } from './probing.ts'

/** Pages that last, and how many of each are held at once. */
export interface StreamPlan {
  readonly path: string
  readonly kind: StreamKind
  readonly connections: number
}

/** Streams that are held; `stop` tells what became of them. */
export interface Holding {
  stop(): Promise<HeldStreams>
}

/** Milliseconds between two pings, and after which another try is made where none can be opened. */
const every = 250
/** Milliseconds without a word after which a stream counts as silent; of events, that may be rare, three times their longest pause. */
const patience = 5000

/**
 * Holds some streams open, as clients of an application do: WebSockets that are pinged (RFC 6455, 5.5.2), and streams of events,
 * over which only the server speaks. One that ends, or falls silent, is opened again at once.
 */
export function holdStreams(service: ProbePlan, plan: StreamPlan, dial: Dial, now: () => number): Holding {
  const stopping = new AbortController()
  const seen = { opened: 0, broken: 0, silent: 0, lost: 0, longest: 0, answer: '' }
  const hold = async () => {
    let since: number | undefined
    let isFirst = true
    while (!stopping.signal.aborted) {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(service.timeout)])
      const opened = await open(service, plan, dial, signal).catch(() => 'no answer')
      if (typeof opened === 'string') {
        seen.answer = opened
        await pause(every, undefined, { signal: stopping.signal }).catch(() => {})
        continue
      }
      if (since !== undefined) seen.longest = Math.max(seen.longest, now() - since)
      if (isFirst) seen.opened += 1
      isFirst = false
      const { end, at } = await listen(opened, plan.kind, now, stopping.signal)
      opened.stream.destroy()
      if (end === 'stopped') return
      since = at
      seen[end] += 1
    }
    if (since !== undefined) seen.lost += 1
  }
  const all = Array.from({ length: plan.connections }, hold)
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(all)
      const { answer, ...counts } = seen
      return { ...plan, ...counts, doubt: every, ...(counts.opened === 0 ? { answer } : {}) }
    },
  }
}

interface Opened {
  readonly stream: ByteStream
  readonly parts: AsyncIterator<Uint8Array | string>
}

/** A stream whose answer said that it begins; otherwise what was answered instead. */
async function open(
  service: ProbePlan,
  { path, kind }: StreamPlan,
  dial: Dial,
  signal: AbortSignal,
): Promise<Opened | string> {
  const stream = await dial(service, signal)
  const giveUp = () => stream.destroy()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    const asking =
      kind === 'websocket'
        ? [
            ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
            `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
          ]
        : ['Accept: text/event-stream']
    stream.write([`GET ${path} HTTP/1.1`, ...headOf(service), ...asking, '', ''].join('\r\n'))
    const parts = stream[Symbol.asyncIterator]()
    let head = ''
    while (!head.includes('\r\n\r\n')) {
      const { value, done } = await parts.next()
      if (done) break
      head += String(value)
    }
    const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? []
    if (status === (kind === 'websocket' ? '101' : '200')) return { stream, parts }
    stream.destroy()
    return status === undefined ? 'no answer' : `status ${status}`
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

/** Until it ends, when it last said something, and how it ended. */
async function listen(
  { stream, parts }: Opened,
  kind: StreamKind,
  now: () => number,
  signal: AbortSignal,
): Promise<{ readonly end: 'broken' | 'silent' | 'stopped'; readonly at: number }> {
  let heard = now()
  let longestPause = 0
  let end: 'broken' | 'silent' | 'stopped' = 'broken'
  const giveUp = (why: typeof end) => {
    end = why
    stream.destroy()
  }
  const stop = () => giveUp('stopped')
  signal.addEventListener('abort', stop, { once: true })
  const watching = setInterval(() => {
    if (kind === 'websocket') stream.write(ping())
    const enough = kind === 'websocket' ? patience : Math.max(patience, 3 * longestPause)
    if (now() - heard > enough) giveUp('silent')
  }, every)
  try {
    if (signal.aborted) stop()
    for (;;) {
      const { done } = await parts.next()
      if (done) break
      longestPause = Math.max(longestPause, now() - heard)
      heard = now()
    }
  } catch {
    // Reset, or given up: `end` says which.
  } finally {
    clearInterval(watching)
    signal.removeEventListener('abort', stop)
  }
  return { end, at: heard }
}

/** What a client sends is masked (RFC 6455, 5.3). */
function ping(): Uint8Array {
  return Buffer.concat([Buffer.from([0x89, 0x80]), randomBytes(4)])
}
