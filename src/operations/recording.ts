import type { LoadedIntent } from '../config/index.ts'
import type { OnRead } from '../config/told-reads.ts'
import type { Recording } from '../engine/recording.ts'
import type { Progress } from '../model/progress.ts'
import { type BegunRun, writtenRun } from '../plans/begun-run.ts'
import { sumOf } from '../plans/sums.ts'
import { whoWeAre } from './connector.ts'
import { type Asking, askedBy, nameOfRead, newSalt, ourVersion, summingWith } from './keeping.ts'

/** A run that goes on with one that was cut off. */
export interface GoneOnWith {
  readonly run: string
  readonly begun: BegunRun
  /** What machines had recorded of it, by host. */
  readonly before: ReadonlyMap<string, Progress>
}

/** What has been read so far, and what a run makes of it. */
export interface Recorder {
  readonly onRead: OnRead
  recording(intent: LoadedIntent, run: string): Recording
  /** The sum of each file that was read. */
  sums(intent: LoadedIntent): ReadonlyMap<string, string>
}

/**
 * Every apply that changes something makes these sums, and root alone can read them: 16 MB and a seventh of the processor time of a
 * first apply is too much for each file with a secret.
 */
const cost = 2048

/** Has machines record what a run was asked for, and sums of what it rests on, as far as something is changed there. */
export function recorder(asking: Asking, goesOn?: GoneOnWith): Recorder {
  const salt = goesOn?.begun.salt ?? newSalt()
  const read = new Map<string, Uint8Array>()
  const sums = new Map<string, string>()
  const summed = (secrets: ReadonlySet<string>) => {
    const summing = { ...summingWith(salt, secrets), cost }
    for (const [path, content] of read) sums.set(path, sumOf(content, summing).digest)
    // Large contents are not held until the end of a run.
    read.clear()
    return sums
  }
  return {
    onRead: (path, content) => {
      const name = nameOfRead(path)
      if (name !== undefined && !sums.has(name)) read.set(name, content)
    },
    sums: ({ secrets }) => summed(secrets),
    recording: ({ secrets }, run) => {
      const made = { at: new Date().toISOString(), by: whoWeAre(), understudy: ourVersion() }
      const asked = () => askedBy(asking, summingWith(salt, secrets))
      let line: string | undefined
      return {
        run: goesOn?.run ?? run,
        asked: () => {
          line ??= writtenRun(goesOn?.begun ?? { made, asked: asked(), salt })
          return line
        },
        files: () => [...summed(secrets)].map(([path, digest]) => `file ${digest} ${path}`),
        before: goesOn?.before ?? new Map(),
      }
    },
  }
}
