import { InvalidInput } from '../../model/failure.ts'
import { holdsSecret, type Marked, textOf, wholly } from '../../model/marked.ts'
import type { Origin } from '../../model/origin.ts'
import type { Scalar, Sourced, SourcedEntry } from '../../model/sourced.ts'
import { type Computed, learnMade, markedAs, once, type SecretReads } from '../secret-reads.ts'
import { inExpression } from './explain.ts'
import type { Language } from './language.ts'
import { lazily, lazyList, type Scope } from './scope.ts'
import { type Part, partsOf } from './text.ts'
import { typeName } from './values.ts'

/** Turns what users wrote into values, with the variables of a scope filled in. */
export interface Resolver {
  /** Parts of a mapping are computed when they are read, so that one that waits does not hold up the others. */
  value(sourced: Sourced, scope: Scope): unknown
  /** Everything computed, every part still with its place. */
  sourced(sourced: Sourced, scope: Scope): Sourced
  /** An expression without `{{ }}`, or one wholly inside: the value of a `when`. */
  condition(sourced: Sourced, scope: Scope): boolean
}

/** The resolver of one language; `reads` is told of the secrets in what it computes. */
export function createResolver(language: Language, reads: SecretReads): Resolver {
  function text(whole: string, scope: Scope, origin: Origin): unknown {
    refuseJinja(whole, origin)
    if (!whole.includes('{{')) return whole
    const parts = partsOf(whole)
    const [only] = parts
    if (parts.length === 1 && only?.is === 'expression') return valueIn(only, scope, origin)
    const marked = parts.flatMap((part): Marked => {
      if (part.is === 'words') return [part.text]
      const { value, read } = reads.watched(() => valueIn(part, scope, origin))
      const printed = inText(value, part.text, origin)
      return read.length === 0 ? [printed] : markedAs(printed, read)
    })
    if (holdsSecret(marked)) reads.note([marked])
    return textOf(marked)
  }

  function valueIn(part: Extract<Part, { is: 'expression' }>, scope: Scope, origin: Origin): unknown {
    if (part.open)
      throw new InvalidInput([
        inExpression(`{{${part.text}`, 0, origin, 'a {{ is never closed', 'write }} after the expression'),
      ])
    const computed = reads.watched(() => language.evaluate(part.text, scope, origin))
    if (computed.read.length > 0) learnMade(reads, computed, part.text)
    return computed.value
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
    const { scalar, literal, secret, origin } = sourced
    const compute = () => (typeof scalar === 'string' && !literal ? text(scalar, scope, origin) : scalar)
    if (!secret) return compute()
    // Whatever is secret in it, all of it is.
    const computed = reads.watched(compute).value
    if (computed !== null) learnMade(reads, { value: computed, read: [wholly(String(computed))] }, '')
    return computed
  }

  function resolved(sourced: Sourced, scope: Scope): Sourced {
    const { origin } = sourced
    if ('items' in sourced) return { origin, items: sourced.items.map((item) => resolved(item, scope)) }
    if ('entries' in sourced) {
      const entries = new Map<string, SourcedEntry>()
      for (const [name, entry] of sourced.entries)
        entries.set(name, { key: entry.key, value: resolved(entry.value, scope) })
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
    if (typeof found === 'boolean') return found
    if (typeof found !== 'string')
      throw new InvalidInput([
        inExpression('', 0, sourced.origin, 'a condition must be an expression', 'write it as text'),
      ])
    const answer = found.includes('{{')
      ? text(found, scope, sourced.origin)
      : language.evaluate(found, scope, sourced.origin)
    if (typeof answer === 'boolean') return answer
    throw new InvalidInput([
      inExpression(
        found,
        0,
        sourced.origin,
        `a condition must be true or false, and this is ${typeName(answer)}`,
        'compare it, as in x == 1, size(x) > 0 or bool(x)',
      ),
    ])
  }

  return { value, sourced: resolved, condition }
}

/** What would be taken for text in silence, and is meant to be computed. */
function refuseJinja(text: string, origin: Origin): void {
  const at = text.search(jinja)
  if (at < 0) return
  throw new InvalidInput([
    inExpression(
      text,
      at,
      origin,
      'this is a statement of Jinja, which is not known here',
      "write {{ condition ? 'one' : 'other' }}, or when: at the task",
    ),
  ])
}

/** The statements of Ansible's templates. */
export const jinja = /\{%-?\s*(?:if|elif|else|endif|for|endfor|set|block|macro|raw|include|import|extends)\b/

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
  const part = (compute: () => unknown): Sourced => {
    const computed = reads.watched(compute)
    return placed({ value: computed.value, read: [...read, ...computed.read] }, origin, reads)
  }
  if (Array.isArray(value))
    return { origin, items: Array.from(value.keys(), (index) => part(() => value[index])) }
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const entries = Object.keys(value).map((name) => {
      const entry = { key: origin, value: part(() => (value as Readonly<Record<string, unknown>>)[name]) }
      return [name, entry] as const
    })
    return { origin, entries: new Map(entries) }
  }
  const scalar = value as Scalar
  if (read.length === 0 || scalar === null || scalar === undefined) return { origin, scalar }
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(scalar)
  return { origin, scalar, secret: true, marked: markedAs(text, read) }
}

function inText(value: unknown, expression: string, origin: Origin): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new InvalidInput([
    inExpression(
      expression,
      0,
      origin,
      `${typeName(value)} cannot stand inside text`,
      Array.isArray(value)
        ? "write {{ x.join(',') }} or {{ json(x) }}"
        : 'write {{ json(x) }}, or a part of it',
    ),
  ])
}
