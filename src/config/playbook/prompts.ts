import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { passwordScheme, saltLetters } from '../../jinja/crypt.ts'
import type { Failure } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import { plain, type Sourced, type SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
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
    const hashed = hashing(fields, reading.problems)
    const take = (value: Sourced) => entries.set(name, { key: origin, value })
    if (fallback) take(hashed ? { origin, scalar: hashed(String(plain(fallback))), literal: true } : fallback)
    reading.prompts.push({
      name,
      origin,
      hasDefault: fallback !== undefined,
      text: fields.text('prompt') ?? name,
      isSecret: fields.flag('private') ?? true,
      twice: fields.flag('confirm') ?? false,
      take: (answer) => {
        const value = hashed ? hashed(answer) : answer
        take(hashed ? { origin, scalar: value, literal: true } : { origin, scalar: value })
        return value
      },
    })
  }
  const [first] = prompts
  return first ? [{ origin: first.origin, entries }] : []
}

/** What hashes an answer as a password, where that is wished. What is wrong with it is noted. */
function hashing(fields: Fields, problems: Failure[]): ((text: string) => string) | undefined {
  const named = fields.raw('encrypt')
  const kind = fields.text('encrypt')
  if (!named || kind === undefined) return undefined
  const scheme = /^(sha512|sha256|md5)_crypt$/.test(kind) ? passwordScheme(kind) : undefined
  if (!scheme)
    problems.push(
      problem(
        'playbook-prompt',
        `answers cannot be hashed by ${quoted(kind)}`,
        named.origin,
        'write sha512_crypt, sha256_crypt or md5_crypt',
      ),
    )
  const size = fields.raw('salt_size')
  const written = fields.raw('salt')
  const letters = size ? attempt(problems, () => validate(saltSize, size, 'salt_size')) : undefined
  const salt = written && attempt(problems, () => validate(saltText, written, 'salt'))
  if (!scheme) return undefined
  if ((salt?.length ?? letters ?? 0) > scheme.salt)
    problems.push(
      problem('playbook-prompt', `a salt of ${kind} has at most ${scheme.salt} letters`, named.origin),
    )
  return (text) => scheme.hash(text, salt ?? randomSalt(letters ?? scheme.salt))
}

const saltSize = z.union([
  z.int('must be a whole number').min(0).max(16),
  z
    .string()
    .regex(/^(\d|1[0-6])$/, 'must be a whole number up to 16')
    .transform(Number),
])
const saltText = z
  .string()
  .regex(/^[./\dA-Za-z]{0,16}$/, 'must have at most 16 letters, digits, dots and slashes')

function randomSalt(length: number): string {
  return Array.from({ length }, () => saltLetters.charAt(randomInt(saltLetters.length))).join('')
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
      const value = take(answer)
      if (question.isSecret && value !== '') learn(value)
    } else if (ask === 'later') given.add(name)
    else if (!hasDefault)
      problems.push(
        problem(
          'playbook-prompt',
          `nobody can be asked for ${name}, and it has no default`,
          origin,
          `run it on a terminal, or give it with -e ${name}=VALUE or -e @FILE`,
        ),
      )
  }
}
