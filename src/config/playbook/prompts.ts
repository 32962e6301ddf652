import type { Failure } from '../../model/failure.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { fieldsOf } from './fields.ts'
import type { Prompt, Reading } from './reading.ts'
import { promptShape } from './words.ts'

/** What somebody at a terminal is asked before a run. */
export interface Question {
  readonly text: string
  /** The answer is not to be seen while it is typed, nor in anything that is told later. */
  readonly isSecret: boolean
  /** It is asked for a second time, and both answers must agree. */
  readonly twice: boolean
}

/** Variables of `vars_prompt`: they have their defaults until somebody answers. */
export function prompted(prompts: readonly Sourced[], reading: Reading): readonly Sourced[] {
  const entries = new Map<string, SourcedEntry>()
  for (const { origin, ...prompt } of prompts) {
    const fields = fieldsOf({ origin, ...prompt }, promptShape, reading.problems)
    const name = fields.text('name')
    const fallback = fields.raw('default')
    if (name === undefined || reading.extra.has(name)) continue
    const take = (value: Sourced) => entries.set(name, { key: origin, value })
    if (fallback) take(fallback)
    reading.prompts.push({
      name,
      origin,
      hasDefault: fallback !== undefined,
      text: fields.text('prompt') ?? name,
      isSecret: fields.flag('private') ?? true,
      twice: fields.flag('confirm') ?? false,
      take: (answer) => take({ origin, scalar: answer }),
    })
  }
  const [first] = prompts
  return first ? [{ origin: first.origin, entries }] : []
}

/**
 * Asks for what playbooks ask for, one after the other; an empty answer stands for the default. Without somebody to ask,
 * what has no default is a problem; `later`: it is not known yet.
 */
export async function answered(
  prompts: readonly Prompt[],
  ask: ((question: Question) => Promise<string>) | 'later' | undefined,
  {
    learn,
    given,
    problems,
  }: {
    readonly learn: (secret: string) => void
    readonly given: Set<string>
    readonly problems: Failure[]
  },
): Promise<void> {
  for (const { name, origin, hasDefault, take, ...question } of prompts) {
    if (typeof ask === 'function') {
      const answer = await ask(question)
      if (answer === '' && hasDefault) continue
      if (question.isSecret && answer !== '') learn(answer)
      take(answer)
    } else if (ask === 'later') given.add(name)
    else if (!hasDefault)
      problems.push(
        problem(
          `nobody can be asked for ${name}, and it has no default`,
          origin,
          `run it on a terminal, or give it with -e ${name}=VALUE or -e @FILE`,
        ),
      )
  }
}
