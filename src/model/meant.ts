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
  const byLine = new Map<string, Meant[]>()
  for (const one of meant) {
    const key = keyOf(one.origin.file, one.line)
    const there = byLine.get(key)
    if (there) there.push(one)
    else byLine.set(key, [one])
  }
  const judged = warnings.map((warning) => {
    const { origin } = warning
    const there = origin ? byLine.get(keyOf(origin.file, origin.line)) : undefined
    return { warning, by: there?.find((one) => isAbout(one, warning)) }
  })
  return {
    warnings: judged.flatMap(({ warning, by }) => (by ? [] : [warning])),
    silenced: judged.flatMap(({ warning, by }) => (by ? [{ warning, by }] : [])),
  }
}

const keyOf = (file: string, line: number) => `${line} ${file}`

function isAbout({ rules, reason }: Meant, { rule }: Warning): boolean {
  return reason !== '' && rules.includes(rule ?? '')
}
