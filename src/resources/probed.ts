import type { z } from 'zod'
import type { Change, SelfTold } from '../model/change.ts'
import type { Registered, ResourceKind, Upcoming } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, listOf, outcomeOf } from '../sensors/commands.ts'
import { refuse } from './refuse.ts'

/** What a probe tells: its status and what it printed. */
export type Answer = CommandReading

/** A change as a probed kind tells it; what is left out is the usual. */
export type ProbedChange = Pick<Change, 'summary' | 'script'> & Partial<Change>

/** A thing of which a few lines of shell tell the state, and a few more bring it about. */
export interface Probed<Desired> {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType<Desired>
  subject(wanted: Desired): string
  readonly subjectTells?: true
  /** Prints how things are. Read-only: plans run it. */
  ask(wanted: Desired): Script
  /** What it prints is long. */
  readonly isList?: true
  /** What the answer depends on, in the words of `Query.about`; anything, where nothing is said. */
  about?(wanted: Desired): readonly string[]
  /** What is to be done; a text says why it cannot be. `undefined`: nothing. */
  change(wanted: Desired, answer: Answer, upcoming: Upcoming): ProbedChange | string | undefined
  result?(answer: Answer, wanted: Desired): Registered
}

/** The kind of a thing that is probed. */
export function probed<Desired>(spec: Probed<Desired>): ResourceKind<Desired, { answer: Query<Answer> }> {
  const { name, summary, schema, subjectTells, result } = spec
  const query = (wanted: Desired) => {
    const asked = spec.isList ? listOf(spec.ask(wanted)) : outcomeOf(spec.ask(wanted))
    return spec.about ? { ...asked, about: spec.about(wanted) } : asked
  }
  return {
    name,
    summary,
    schema,
    subject: (wanted) => spec.subject(wanted),
    ...(subjectTells ? { subjectTells } : {}),
    inspect: (wanted) => ({ answer: query(wanted) }),
    converge: (wanted, { answer }, upcoming) => {
      const change = spec.change(wanted, answer, upcoming)
      if (typeof change === 'string')
        return {
          ...refuse(change),
          ...(result ? { reads: () => refusedTold(result(answer, wanted), change) } : {}),
        }
      return change && { differences: [], impact: 'none', disturbs: 'everything', ...change }
    },
    ...(result
      ? { result: ({ answer }: { answer: Answer }, wanted: Desired) => result(answer, wanted) }
      : {}),
  }
}

/** What is known in spite of it, for those who go on. */
function refusedTold(told: Registered, why: string): SelfTold {
  const { found = {} } = told
  return { ...told, found, changed: false, failed: true, rc: 1, stderr: why, msg: why, shown: why }
}
