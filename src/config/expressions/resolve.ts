import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import type { Scalar, Sourced, SourcedEntry } from '../../model/sourced.ts'
import { inExpression } from './explain.ts'
import type { Language } from './language.ts'
import { lazily, type Scope } from './scope.ts'
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

/** The resolver of one language. */
export function createResolver(language: Language): Resolver {
  function text(whole: string, scope: Scope, origin: Origin): unknown {
    refuseJinja(whole, origin)
    if (!whole.includes('{{')) return whole
    const parts = partsOf(whole)
    const [only] = parts
    if (parts.length === 1 && only?.is === 'expression') return valueIn(only, scope, origin)
    return parts
      .map((part) =>
        part.is === 'words' ? part.text : inText(valueIn(part, scope, origin), part.text, origin),
      )
      .join('')
  }

  function valueIn(part: Extract<Part, { is: 'expression' }>, scope: Scope, origin: Origin): unknown {
    if (part.open)
      throw new InvalidInput([
        inExpression(`{{${part.text}`, 0, origin, 'a {{ is never closed', 'write }} after the expression'),
      ])
    return language.evaluate(part.text, scope, origin)
  }

  function value(sourced: Sourced, scope: Scope): unknown {
    if ('items' in sourced) return sourced.items.map((item) => value(item, scope))
    if ('entries' in sourced) {
      const { entries } = sourced
      return lazily(entries.keys(), (name) => {
        const entry = entries.get(name)
        return entry && value(entry.value, scope)
      })
    }
    const { scalar, literal, origin } = sourced
    return typeof scalar === 'string' && !literal ? text(scalar, scope, origin) : scalar
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
    return placed(value(sourced, scope), origin)
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

/** A computed value as if it had been written at `origin`. */
export function placed(value: unknown, origin: Origin): Sourced {
  if (Array.isArray(value)) return { origin, items: value.map((item) => placed(item, origin)) }
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const entries = Object.entries(value).map(
      ([name, part]) => [name, { key: origin, value: placed(part, origin) }] as const,
    )
    return { origin, entries: new Map(entries) }
  }
  return { origin, scalar: value as Scalar }
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
