import { tiersOf } from '../cluster/index.ts'
import { lintPlaybook } from '../config/index.ts'
import { InvalidInput } from '../model/failure.ts'
import type { Warning } from '../model/rule.ts'
import { type PlaybookOptions, requestOf } from './playbook.ts'
import { problemsTogether } from './problems-together.ts'

/** What is checked; without an inventory the playbook alone is. */
export type LintOptions = Omit<PlaybookOptions, 'tags' | 'skipTags'>

/** What was found where nothing is wrong. */
export interface LintResult {
  /** What is doubtful, but no error. */
  readonly warnings: readonly Warning[]
  readonly hosts: number
  readonly clusters: number
  readonly plays: number
  readonly tasks: number
}

/**
 * Checks inventory, playbook and templates without asking any host. Throws InvalidInput with all that is wrong, what is wrong
 * in several places once.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const { problems, warnings, intent, plays, tasks } = await lintPlaybook(requestOf(options))
  if (problems.length > 0) throw new InvalidInput(problemsTogether(problems))
  if (!intent) return { warnings, hosts: 0, clusters: 0, plays, tasks }
  const longest = intent.plays.map(({ tasks: all }) =>
    Math.max(0, ...[...all.values()].map(({ length }) => length)),
  )
  return {
    warnings,
    hosts: intent.machines.size,
    clusters: intent.clusters.flatMap(tiersOf).length,
    plays: intent.plays.length,
    tasks: longest.reduce((sum, one) => sum + one, 0),
  }
}
