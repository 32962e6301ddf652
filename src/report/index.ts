import type { Emit, RunEvent } from '../model/event.ts'
import { isInJson, jsonLine } from './json.ts'
import { paintFor } from './paint.ts'
import { wordsFor } from './plain.ts'
import { redactor } from './redaction.ts'
import type { LiveView } from './terminal.ts'

/** Where a report goes, and how. */
export interface ReportOptions {
  /** `auto`: a live view on a terminal, plain lines elsewhere. */
  readonly format: 'auto' | 'json'
  /** Show what changes inside files. */
  readonly diff: boolean
  /** Show which task wants each change, and which variables it read. */
  readonly explain?: boolean | undefined
  /** Show what steps print although they went well. */
  readonly output: boolean
  /** Show the shell that hosts are sent. */
  readonly debug?: boolean
  /** Values that are never shown. */
  readonly secrets: ReadonlySet<string>
  readonly stdout: NodeJS.WriteStream
}

/** A report of one run: it knows events and nothing else. */
export interface Report {
  readonly emit: Emit
  /** Ends what moves on the screen, and resolves once somebody else may write there. */
  still(): Promise<void>
  /** Nobody else writes there any more: what was taken off the screen moves on. */
  resume(): void
  /** Resolves when everything is on the screen or in the pipe. */
  close(): Promise<void>
}

/** Opens a report. A reader that goes away, as `head` does, ends the showing and not the run. */
export async function openReport(options: ReportOptions): Promise<Report> {
  const { format, diff, explain, output, debug = false, stdout } = options
  const redact = redactor(options.secrets)
  let readable = true
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    readable = false
  })
  const write = (line: string) => {
    if (readable) stdout.write(`${line}\n`)
  }
  if (format === 'json') {
    const emit: Emit = (event) => (isInJson(event, debug) ? write(jsonLine(event, redact)) : undefined)
    return { emit, ...withoutScreen }
  }
  const isLive = !debug && stdout.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb'
  const paint = paintFor(stdout.isTTY === true, process.env)
  const words = wordsFor({ paint, redact, diff, explain, output, debug, live: isLive })
  if (!isLive) return { emit: (event) => words(event).forEach(write), ...withoutScreen }
  const { liveView } = await import('./terminal.ts')
  return liveReport(liveView(redact), words, write)
}

/** Where nothing moves, anybody may write at any time. */
const withoutScreen: Omit<Report, 'emit'> = {
  still: async () => {},
  resume: () => {},
  close: async () => {},
}

/** Lines are held back while the live view owns the screen. */
function liveReport(
  view: LiveView,
  words: (event: RunEvent) => readonly string[],
  write: (line: string) => void,
): Report {
  let writing: Promise<void> = Promise.resolve()
  return {
    emit(event) {
      view.take(event)
      const lines = words(event)
      if (lines.length === 0) return
      const screen = view.settled()
      writing = writing.then(() => screen).then(() => lines.forEach(write))
    },
    still: async () => {
      view.still()
      await view.settled()
      await writing
    },
    resume: view.resume,
    close: async () => {
      view.close()
      await writing
    },
  }
}
