import type { HoldOutcome, HoldRequest } from './holder.ts'
import type { Program, Script } from './script.ts'

/** What a running program reports, in order. */
export type Frame =
  /** A sensor's whole output. */
  | { readonly is: 'answer'; readonly index: number; readonly status: number; readonly output: string }
  | { readonly is: 'step-started'; readonly index: number }
  | {
      readonly is: 'step-finished'
      readonly index: number
      readonly status: number
      readonly stdout: string
      readonly stderr: string
    }
  /** The program waits for another one that holds the host's lock; `holder` says which. */
  | { readonly is: 'locked'; readonly holder: string }
  /** Nothing new has come for a while: what the host is waited for, and for how many seconds so far. */
  | { readonly is: 'slow'; readonly what: string; readonly seconds: number }
  /** Last frame of a program that ran to its end. A stream that ends without it was cut. */
  | { readonly is: 'done' }

/** A TCP connection, both ways; iterating it reads to its end. */
export interface ByteStream extends AsyncIterable<Uint8Array | string> {
  write(data: string | Uint8Array): unknown
  destroy(error?: Error): unknown
}

/** What is said by the PROXY protocol, version 1, by who speaks for himself. */
export const forNobodyElse = 'PROXY UNKNOWN\r\n'

/** Where a TCP connection leads. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  /** Speak TLS over it; whose certificate it is does not matter. */
  readonly tls: boolean
  /** Say first, by the PROXY protocol, that nobody else is spoken for. */
  readonly saysFirst?: boolean
}

/** One connection to one host, kept for the whole run. */
export interface Session extends AsyncDisposable {
  /** Programs sent so far; uploads count too. */
  readonly trips: number
  /**
   * Sends a program and yields its frames as they come.
   * Throws `Failure` CONNECTION_LOST when the stream ends early, BECOME_FAILED where sudo refuses, UNREACHABLE or
   * STEP_FAILED when the host is silent for too long, INSPECTION_FAILED when it does not stop printing.
   */
  run(program: Program, signal?: AbortSignal): AsyncIterable<Frame>
  /**
   * Has whoever keeps the machine's lock for us note, with his last word, that nothing of a run is left to do; false where nobody
   * keeps it. `run`: letters and digits.
   */
  noteOver?(run: string): boolean
  /** Puts a content into a private file on the host and returns its path. */
  upload(content: Uint8Array, signal?: AbortSignal): Promise<string>
  /**
   * Starts a program on the host, as the user who logs in, and talks to it: what is written is its input, what is
   * read its output. Destroying it closes both; the program is to end by itself then.
   */
  converse(script: Script): Promise<ByteStream>
  /**
   * Opens a TCP connection as the host itself would, with nothing installed there. Rejects with a plain error
   * where it is refused or takes longer than `signal` allows.
   */
  dial(endpoint: Endpoint, signal: AbortSignal): Promise<ByteStream>
}

/** A session that can have its machine for one run. */
export interface HoldingSession extends Session {
  /**
   * Takes the machine's lock, without waiting, until the session is disposed of. From then on no step is begun there once
   * another run has the lock: `run` throws LOCKED then, saying which.
   */
  hold(request: HoldRequest, signal: AbortSignal): Promise<HoldOutcome>
  /** Gives the lock back, where it has it; until it is taken again nothing is changed there. */
  giveBack(): Promise<void>
}
