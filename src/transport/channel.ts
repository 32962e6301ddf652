import { setMaxListeners } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** One program under way, on a host or here. */
export interface Channel {
  readonly stdin: Writable
  /** Decoded as UTF-8. */
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves once the program has ended, or nothing more can be heard of it; never rejects. */
  readonly ended: Promise<Ending>
  /** The last of what it has said on standard error. */
  said(): string
  /** Stops listening and speaking: a program that writes on gets an error, and is not killed. */
  close(): void
}

/** How a program ended; without status and signal the connection was cut. */
export interface Ending {
  readonly status?: number
  readonly signal?: string
}

/** Opens a channel to a new program; throws `Failure` CONNECTION_LOST where the connection is gone. */
export type OpenChannel = (command: string, signal: AbortSignal) => Promise<Channel>

/** Keeps the last few kilobytes of a text stream, and keeps the stream flowing. */
export function keepTail(stream: Readable): () => string {
  let tail = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    tail = (tail + text).slice(-4096)
  })
  stream.on('error', () => undefined)
  return () => tail
}

/** Waits for a promise, but not longer than that. */
export async function atMost(milliseconds: number, wait: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([wait, over])
  clearTimeout(timer)
}

/** Rejects with the signal's reason on abort; `release` must be called when nobody waits any more. */
export function aborted(signal: AbortSignal): { readonly promise: Promise<never>; release(): void } {
  // One signal serves all hosts of a run.
  setMaxListeners(0, signal)
  let release = () => {}
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    release = () => signal.removeEventListener('abort', abort)
  })
  promise.catch(() => undefined)
  return { promise, release }
}
