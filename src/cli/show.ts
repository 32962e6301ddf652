import type { Command } from 'commander'
import { Failure } from '../model/failure.ts'
import { type ReportFlags, withReport } from './options.ts'

/** `understudy show`: draws a kept plan again. */
export function declareShow(program: Command): void {
  const command = program
    .command('show')
    .description('show a plan that plan --out kept, as plan showed it')
    .argument('<plan>', 'the file')
  withReport(command).action(async (path: string, flags: ReportFlags) => {
    const { inItsFormat } = await import('./in-its-format.ts')
    process.exitCode = await inItsFormat(flags, async () => {
      const { keptPlanIn } = await import('../operations/keeping.ts')
      const { keptJson, keptLines } = await import('../report/kept.ts')
      const { paintFor } = await import('../report/paint.ts')
      // Whoever looks need not have the version that made it.
      const plan = keptPlanIn(path, false)
      if (!plan)
        throw new Failure('INVALID_INPUT', `${path} is no plan`, {
          next: 'make one: understudy plan --out',
        })
      const paint = paintFor(process.stdout.isTTY === true, process.env)
      const lines = flags.json ? [keptJson(plan)] : keptLines(plan, { paint, diff: flags.diff ?? true })
      process.stdout.write(`${lines.join('\n')}\n`)
      return 0
    })
  })
}
