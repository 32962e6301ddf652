import { tiersOf } from '../cluster/index.ts'
import { type Linted, lintPlaybook } from '../config/index.ts'
import { type Failure, InvalidInput } from '../model/failure.ts'
import { heeding } from '../model/meant.ts'
import type { Finding, Warning } from '../model/rule.ts'
import { failoverProblems } from './failover-problems.ts'
import { idleComments } from './idle-comments.ts'
import { ownLineProblems } from './own-lines-problems.ts'
import { type PlaybookOptions, requestOf } from './playbook.ts'
import { problemsTogether } from './problems-together.ts'

/** What is checked; without an inventory the playbook alone is. */
export type LintOptions = Omit<PlaybookOptions, 'tags' | 'skipTags'>

/** How much was looked at. */
interface LookedAt {
  readonly hosts: number
  readonly clusters: number
  readonly plays: number
  readonly tasks: number
}

/** What was found where nothing is wrong. */
export interface LintResult extends LookedAt {
  /** What is doubtful, but no error. */
  readonly warnings: readonly Warning[]
}

/** Everything that was found, errors first. */
export interface LintFindings extends LookedAt {
  readonly findings: readonly Finding[]
}

/**
 * Checks inventory, playbook and templates without asking any host. Throws InvalidInput with all that is wrong, what is wrong
 * in several places once.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const linted = withFailover(await lintPlaybook(requestOf(options)))
  const { problems, warnings } = linted
  if (problems.length > 0) throw new InvalidInput(problemsTogether(problems), warnings)
  return { warnings: [...warnings, ...(await idle(linted))], ...lookedAt(linted) }
}

/** The same with all that is wrong, doubtful or meant in one list, whatever it is. */
export async function lintFindings(options: LintOptions): Promise<LintFindings> {
  const linted = withFailover(await lintPlaybook(requestOf(options)))
  const errors = problemsTogether(linted.problems).map(errorOf)
  const doubts = [...linted.warnings, ...(await idle(linted))].map(
    (warning): Finding => ({ severity: 'warning', ...warning }),
  )
  const meant = linted.silenced.map(
    ({ warning, by }): Finding => ({ severity: 'warning', ...warning, ignored: by.reason }),
  )
  return { findings: [...errors, ...doubts, ...meant], ...lookedAt(linted) }
}

/** What kept everything from being looked at, as findings: programs that read these learn of it, too. */
export function findingsOf(failure: Failure): readonly Finding[] {
  if (!(failure instanceof InvalidInput)) return [errorOf(failure)]
  const doubts = failure.warnings.map((warning): Finding => ({ severity: 'warning', ...warning }))
  return [...failure.problems.map(errorOf), ...doubts]
}

function errorOf({ rule, message, next, fix, where: { origin } }: Failure): Finding {
  return { severity: 'error', rule, message, next, fix, ...(origin ? { origin } : {}) }
}

interface LookedThrough extends Linted {
  /** Nothing was left out because of something else. */
  readonly isWhole: boolean
}

/** What keepalived would make of lines of the user's own, and the proof of failover, where nothing else is wrong. */
function withFailover(linted: Linted): LookedThrough {
  const { intent, problems, warnings, silenced, meant } = linted
  if (!intent || problems.length > 0) return { ...linted, isWhole: false }
  const found = [...ownLineProblems(intent), ...failoverProblems(intent)].map((one) => ({
    one,
    failure: intent.failureOf(one),
  }))
  const doubts = found
    .filter(({ one }) => one.severity === 'warning')
    .map(({ failure: { rule, message, next, where } }) => ({
      ...{ rule, message, next },
      ...(where.origin ? { origin: where.origin } : {}),
    }))
  const heard = heeding(doubts, meant)
  return {
    ...linted,
    isWhole: true,
    problems: found.filter(({ one }) => one.severity === 'error').map(({ failure }) => failure),
    warnings: [...warnings, ...heard.warnings],
    silenced: [...silenced, ...heard.silenced],
  }
}

function lookedAt({ intent, plays, tasks }: Linted): LookedAt {
  if (!intent) return { hosts: 0, clusters: 0, plays, tasks }
  const longest = intent.plays.map(({ tasks: all }) =>
    Math.max(0, ...[...all.values()].map(({ length }) => length)),
  )
  return {
    hosts: intent.machines.size,
    clusters: intent.clusters.flatMap(tiersOf).length,
    plays: intent.plays.length,
    tasks: longest.reduce((sum, one) => sum + one, 0),
  }
}

/** Comments that silence nothing, and why. */
async function idle({ meant, silenced, isWhole }: LookedThrough): Promise<readonly Warning[]> {
  if (meant.length === 0) return []
  const { lintRules } = await import('./rules.ts')
  const severities = new Map(lintRules().map(({ id, severity }) => [id, severity]))
  return idleComments({ meant, silenced, isWhole }, severities)
}
