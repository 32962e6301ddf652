import type { Program } from './script.ts'

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
  /** Last frame of a program that ran to its end. A stream that ends without it was cut. */
  | { readonly is: 'done' }

/** One connection to one host, kept for the whole run. */
export interface Session extends AsyncDisposable {
  /** Programs sent so far; uploads count too. */
  readonly trips: number
  /**
   * Sends a program and yields its frames as they come.
   * Throws `Failure` CONNECTION_LOST when the stream ends early, BECOME_FAILED where sudo refuses.
   */
  run(program: Program, signal?: AbortSignal): AsyncIterable<Frame>
  /** Puts a content into a private file on the host and returns its path. */
  upload(content: Uint8Array, signal?: AbortSignal): Promise<string>
}
