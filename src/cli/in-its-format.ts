import { Failure } from '../model/failure.ts'
import { openReport } from '../report/index.ts'
import { statusOf } from './exit.ts'
import type { ReportFlags } from './options.ts'

/** Runs a command; with `--json`, a failure that ends it is the last event instead of words on standard error. */
export async function inItsFormat(flags: ReportFlags, command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (!flags.json || !(error instanceof Failure)) throw error
    await tellPrograms(error)
    return statusOf(error.code)
  }
}

/** The last event of what a failure ended. */
export async function tellPrograms(failure: Failure): Promise<void> {
  const report = await openReport({
    format: 'json',
    diff: false,
    output: false,
    secrets: new Set(),
    stdout: process.stdout,
  })
  report.emit({ is: 'run-failed', failure })
  await report.close()
}
