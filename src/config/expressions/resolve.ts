import type { Piece } from '../../jinja/engine.ts'
import { JinjaError } from '../../jinja/failure.ts'
import { Float, present, truth, Undefined } from '../../jinja/values.ts'
import { InvalidInput } from '../../model/failure.ts'
import { holdsSecret, type Marked, textOf, wholly } from '../../model/marked.ts'
import type { Origin } from '../../model/origin.ts'
import type { Scalar, Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { type Computed, learnMade, markedAs, once, type SecretReads } from '../secret-reads.ts'
import { expressionIn } from './condition.ts'
import type { Language } from './language.ts'
import { lazily, lazyList, type Scope } from './scope.ts'
import { isTemplate } from './text.ts'
import { bare, isOmitted, partsOf } from './values.ts'

/** Turns what users wrote into values, with the variables of a scope filled in. */
export interface Resolver {
  /** Parts of a mapping are computed when they are read, so that one that waits does not hold up the others. */
  value(sourced: Sourced, scope: Scope): unknown
  /** Everything computed, every part still with its place; what is `omit` is left out. */
  sourced(sourced: Sourced, scope: Scope): Sourced
  /** An expression without `{{ }}`, or one wholly inside: the value of a `when`. */
  condition(sourced: Sourced, scope: Scope): boolean
  /** The list that a lookup gives for these terms. */
  lookup(name: string, terms: readonly unknown[], scope: Scope, origin: Origin): readonly unknown[]
}

/** The resolver of one language; `reads` is told of the secrets in what it computes. */
export function createResolver(language: Language, reads: SecretReads): Resolver {
  function text(whole: string, scope: Scope, origin: Origin): unknown {
    if (!isTemplate(whole)) return whole
    const { value: rendered, read } = reads.watched(() => language.render(whole, scope, origin))
    if (rendered.is === 'value') {
      if (read.length > 0) learnMade(reads, { value: rendered.value, read }, rendered.written)
      return rendered.value
    }
    const marked = markedPieces(rendered.pieces, reads)
    if (holdsSecret(marked)) reads.note([marked])
    return textOf(marked)
  }

  function value(sourced: Sourced, scope: Scope): unknown {
    if ('items' in sourced) {
      const items = sourced.items.map((item) => reads.watched(() => value(item, scope)))
      return listOf(items, reads)
    }
    if ('entries' in sourced) {
      const computing = new Map<string, () => unknown>()
      for (const [name, entry] of sourced.entries)
        computing.set(
          name,
          once(reads, () => value(entry.value, scope)),
        )
      return lazily(computing.keys(), (name) => computing.get(name)?.())
    }
    const { scalar, literal, secret, float, origin } = sourced
    const compute = () => {
      if (typeof scalar === 'string' && !literal) return text(scalar, scope, origin)
      return float && typeof scalar === 'number' ? new Float(scalar) : scalar
    }
    if (!secret) return compute()
    // Whatever is secret in it, all of it is.
    const computed = reads.watched(compute).value
    if (computed !== null) learnMade(reads, { value: computed, read: [wholly(String(bare(computed)))] }, '')
    return computed
  }

  function resolved(sourced: Sourced, scope: Scope): Sourced {
    const { origin } = sourced
    if ('items' in sourced)
      return { origin, items: sourced.items.map((item) => resolved(item, scope)).filter(isKept) }
    if ('entries' in sourced) {
      const entries = new Map<string, SourcedEntry>()
      for (const [name, entry] of sourced.entries) {
        const made = resolved(entry.value, scope)
        if (isKept(made)) entries.set(name, { key: entry.key, value: made })
      }
      return { origin, entries }
    }
    return placed(
      reads.watched(() => value(sourced, scope)),
      origin,
      reads,
    )
  }

  function condition(sourced: Sourced, scope: Scope): boolean {
    const found = 'scalar' in sourced ? sourced.scalar : undefined
    if (typeof found === 'boolean' || typeof found === 'number') return Boolean(found)
    if (found === null || found === '') return true
    if (typeof found !== 'string')
      throw new InvalidInput([
        problem(
          'expression-condition',
          'a condition must be an expression',
          sourced.origin,
          'write it as text, or a list of them',
        ),
      ])
    const expression = expressionIn(found)
    const answer =
      expression === undefined
        ? text(found, scope, sourced.origin)
        : language.evaluate(expression, scope, sourced.origin)
    // What came as text from a command line or a file: -e feature=false.
    if (typeof answer === 'string' && (expression === undefined || /^\s*[\w.]+\s*$/.test(expression)))
      return !/^(?:false|no|off|n|f|0|none|)$/i.test(answer.trim())
    return truth(answer)
  }

  return { value, sourced: resolved, condition, lookup: language.lookup }
}

/** Stands for what is left out. */
const omitted: Sourced = { origin: { file: '', line: 1, col: 1 }, scalar: null }

function isKept(value: Sourced): boolean {
  return value !== omitted
}

/** The pieces of a text, with what is secret in each. */
export function markedPieces(pieces: readonly Piece[], reads: SecretReads): Marked {
  return pieces.flatMap(({ text, read, written }): Marked => {
    if (read.length === 0) return [text]
    learnMade(reads, { value: text, read }, written)
    return markedAs(text, read)
  })
}

/** A list whose items count as read, with their secrets, when they are asked for. */
function listOf(items: readonly Computed<unknown>[], reads: SecretReads): readonly unknown[] {
  if (items.every(({ read }) => read.length === 0)) return items.map(({ value }) => value)
  return lazyList(items.length, (index) => {
    reads.note(items[index]?.read ?? [])
    return items[index]?.value
  })
}

/** A computed value as if it had been written at `origin`; what was made with secrets is marked as such. */
export function placed({ value, read }: Computed<unknown>, origin: Origin, reads: SecretReads): Sourced {
  if (isOmitted(value)) return omitted
  if (value instanceof Undefined) throw notThere(value, origin)
  const part = (compute: () => unknown): Sourced => {
    const computed = reads.watched(compute)
    return placed({ value: computed.value, read: [...read, ...computed.read] }, origin, reads)
  }
  if (Array.isArray(value))
    return { origin, items: Array.from(value.keys(), (index) => part(() => value[index])).filter(isKept) }
  const parts = partsOf(value)
  if (parts) {
    const entries = parts.map(([name, compute]) => [name, { key: origin, value: part(compute) }] as const)
    return { origin, entries: new Map(entries.filter(([, entry]) => isKept(entry.value))) }
  }
  const scalar = bare(value) as Scalar
  if (
    typeof scalar === 'function' ||
    (typeof scalar === 'object' && scalar !== null && !((scalar as unknown) instanceof Uint8Array))
  )
    throw new InvalidInput([
      problem(
        'expression-value',
        'this is no value that can stand here',
        origin,
        'call it, or name a part of it',
      ),
    ])
  if (read.length === 0 || scalar === null || scalar === undefined) return { origin, scalar: scalar ?? null }
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(scalar)
  return { origin, scalar, secret: true, marked: markedAs(text, read) }
}

function notThere(value: Undefined, origin: Origin): InvalidInput {
  try {
    present(value)
  } catch (error) {
    if (error instanceof JinjaError)
      return new InvalidInput([problem('expression-undefined', error.message, origin, error.next)])
  }
  return new InvalidInput([problem('expression-undefined', value.message, origin)])
}
