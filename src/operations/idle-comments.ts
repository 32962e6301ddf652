import type { Meant, Silenced } from '../model/meant.ts'
import type { Finding, Warning } from '../model/rule.ts'

/** Comments that say that something is meant, and what of it was found. */
export interface Heeded {
  readonly meant: readonly Meant[]
  readonly silenced: readonly Silenced[]
  /** All was looked at: a comment that nothing answers to is idle. */
  readonly isWhole: boolean
}

/** Comments that silence nothing, and why. */
export function idleComments(
  heeded: Heeded,
  severities: ReadonlyMap<string, Finding['severity']>,
): readonly Warning[] {
  const used = new Map<Meant, Set<string | undefined>>()
  for (const { by, warning } of heeded.silenced) used.set(by, (used.get(by) ?? new Set()).add(warning.rule))
  return heeded.meant.flatMap((comment) =>
    complaintsOf(comment, heeded.isWhole, used.get(comment) ?? new Set(), severities),
  )
}

function complaintsOf(
  comment: Meant,
  isWhole: boolean,
  used: ReadonlySet<string | undefined>,
  severities: ReadonlyMap<string, Finding['severity']>,
): readonly Warning[] {
  const { rules, reason, origin } = comment
  const warn = (rule: string, message: string, next: string): Warning => ({ rule, message, next, origin })
  const form = 'Write # understudy: ignore ID reason, with the id that stands in brackets behind a warning.'
  if (rules.length === 0) return [warn('ignore-unknown', 'the comment names no rule', form)]
  const said = reason === '' ? [warn('ignore-unexplained', 'nothing says why this is meant', form)] : []
  const each = rules.flatMap((id): readonly Warning[] => {
    const severity = severities.get(id)
    if (severity === undefined)
      return [warn('ignore-unknown', `there is no rule ${id}`, 'docs/rules.md lists them.')]
    if (used.has(id)) return []
    if (severity === 'error' && !mayBeDoubt(id))
      return [
        warn(
          'ignore-error',
          `${id} is an error, and none can be ignored`,
          'Mend it, and take the comment out.',
        ),
      ]
    if (!isWhole || reason === '' || id.startsWith('facts-')) return []
    const unused = warn(
      'ignore-unused',
      `${id} finds ${mayBeDoubt(id) ? 'no warning' : 'nothing'} there`,
      'Take the comment out.',
    )
    return [rules.length === 1 ? { ...unused, fix: { is: 'comment' } } : unused]
  })
  return [...said, ...each]
}

/**
 * What only the machines can show is found by a run: that a certificate ends is an error then. What takes more than one failure
 * is a warning of the proof.
 */
function mayBeDoubt(id: string): boolean {
  return id === 'certificate-expired' || id.startsWith('proof-')
}
