import { InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { loadPlaybook, type PlaybookOptions } from './playbook.ts'
import { problemsTogether } from './problems-together.ts'

/** What is checked. */
export type LintOptions = Omit<PlaybookOptions, 'tags' | 'skipTags'>

/** What was found where nothing is wrong. */
export interface LintResult {
  /** What is doubtful, but no error. */
  readonly warnings: readonly { readonly message: string; readonly origin?: Origin }[]
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
  const { warnings, machines, clusters, plays } = await loadPlaybook(options).catch((error: unknown) => {
    throw error instanceof InvalidInput ? new InvalidInput(problemsTogether(error.problems)) : error
  })
  const longest = plays.map(({ tasks }) => Math.max(0, ...[...tasks.values()].map(({ length }) => length)))
  return {
    warnings,
    hosts: machines.size,
    clusters: clusters.length,
    plays: plays.length,
    tasks: longest.reduce((sum, tasks) => sum + tasks, 0),
  }
}
