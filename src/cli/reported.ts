import type { RunEvent } from '../model/event.ts'
import type { Following } from '../operations/options.ts'
import { openReport } from '../report/index.ts'
import { keepHeapSmall } from './heap.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import type { ReportFlags } from './options.ts'

/** How a run is shown beyond what its flags say. */
interface Shown {
  /** What changes inside files, where the flags do not say. */
  readonly diff: boolean
  /** What steps print although they went well. */
  readonly output: boolean
}

/** How a run is followed, and how the screen is left to who asks something meanwhile. */
export type RunFollowing = Required<Following<RunEvent>> & {
  readonly debug: boolean
  /** What nothing that is shown may hold; it grows. */
  readonly secrets: ReadonlySet<string>
  readonly still: () => Promise<void>
  readonly resume: () => void
}

/** Shows a run while it happens, and stops it on Ctrl-C; returns the exit status that `work` makes of its result. */
export function reported(
  flags: ReportFlags,
  { diff, output }: Shown,
  work: (following: RunFollowing) => Promise<number>,
): Promise<number> {
  return inItsFormat(flags, async ({ secrets, onSecrets }) => {
    const report = await openReport({
      format: flags.json ? 'json' : 'auto',
      diff: flags.diff ?? diff,
      explain: flags.explain,
      output,
      debug: flags.debug ?? false,
      secrets,
      stdout: process.stdout,
    })
    const { signal, release } = onInterrupt()
    try {
      return await work({
        onEvent: (event) => {
          keepHeapSmall(event)
          report.emit(event)
        },
        onSecrets,
        secrets,
        debug: flags.debug ?? false,
        signal,
        still: report.still,
        resume: report.resume,
      })
    } finally {
      await report.close()
      release()
    }
  })
}
