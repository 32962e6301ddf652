import type { Command } from 'commander'
import { type DrillFlags, wholeNumber, withConnection, withInventory } from './options.ts'

/** `understudy drill`: breaks the cluster on purpose, measures what a client feels, puts everything back. */
export function declareDrill(program: Command): void {
  const command = program
    .command('drill')
    .description('break the cluster on purpose, measure what a client feels, put everything back')
    .argument('[names...]', 'drills to carry out; all that fit the cluster where none is named')
    .option('--list', 'the drills that fit the cluster, and what each of them does')
    .option('-y, --yes', 'do not ask before disrupting')
    .option('--max-outage <ms>', 'what a client may feel at most, instead of the computed bound', wholeNumber)
    .option('--interval <ms>', 'time between two requests', wholeNumber, 10)
    .option(
      '--lasts <seconds>',
      'how long each fault lasts, instead of the time its takeover needs; machines heal themselves 5 s later',
      wholeNumber,
    )
    .option('--report <file>', 'write a page with everything that was seen: one file, no network needed')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--json', 'one JSON object per line on standard output, nothing else')
  withConnection(withInventory(command)).action(async (names: readonly string[], flags: DrillFlags) => {
    const { drill } = await import('./drilling.ts')
    process.exitCode = await drill(names, flags)
  })
}
