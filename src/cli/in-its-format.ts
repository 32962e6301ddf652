import { Failure } from '../model/failure.ts'
import { openReport } from '../report/index.ts'
import { statusOf } from './exit.ts'
import type { ReportFlags } from './options.ts'
import { type Secrecy, secretively } from './secretively.ts'

/** Runs a command; with `--json`, a failure that ends it is the last event instead of words on standard error. */
export async function inItsFormat(
  flags: ReportFlags,
  command: (secrecy: Secrecy) => Promise<number>,
): Promise<number> {
  try {
    return await secretively(command)
  } catch (error) {
    if (!flags.json || !(error instanceof Failure)) throw error
    await tellPrograms(error)
    return statusOf(error.code)
  }
}

/** The last event of what a failure ended. */
export async function tellPrograms(
  failure: Failure,
  secrets: ReadonlySet<string> = new Set(),
): Promise<void> {
  const report = await openReport({
    format: 'json',
    diff: false,
    output: false,
    secrets,
    stdout: process.stdout,
  })
  report.emit({ is: 'run-failed', failure })
  await report.close()
}
