import type { Origin } from './origin.ts'
import type { Warning } from './rule.ts'

/** A comment `# understudy: ignore ID reason`: what a rule finds there is meant. */
export interface Meant {
  /** Where the comment stands. */
  readonly origin: Origin
  /** The line that it is about: its own, or the next one where it stands alone. */
  readonly line: number
  readonly rules: readonly string[]
  /** Empty where none is given: then nothing is silenced. */
  readonly reason: string
}

/** A warning that somebody has said is meant, and why. */
export interface Silenced {
  readonly warning: Warning
  readonly by: Meant
}

/** What is left to be told of warnings, and what is meant. What a YAML alias repeats stands in one place, and is told once. */
export function heeding(
  all: readonly Warning[],
  meant: readonly Meant[],
): { readonly warnings: readonly Warning[]; readonly silenced: readonly Silenced[] } {
  const told = new Map(all.map((one) => [JSON.stringify([one.rule, one.message, one.origin]), one]))
  const warnings = [...told.values()]
  if (meant.length === 0) return { warnings, silenced: [] }
  const judged = warnings.map((warning) => ({ warning, by: meant.find((one) => isAbout(one, warning)) }))
  return {
    warnings: judged.flatMap(({ warning, by }) => (by ? [] : [warning])),
    silenced: judged.flatMap(({ warning, by }) => (by ? [{ warning, by }] : [])),
  }
}

function isAbout({ origin: { file }, line, rules, reason }: Meant, { rule, origin }: Warning): boolean {
  return reason !== '' && origin?.file === file && origin.line === line && rules.includes(rule ?? '')
}
