import type { Scope } from '../expressions/scope.ts'
import { matchHosts } from '../inventory/index.ts'
import type { Expanding } from './expanding.ts'
import type { Loop } from './spec.ts'

/**
 * The list that a loop goes through, or what stands in its place where it is none. `with_…` is the lookup of that name,
 * as in Ansible. Throws InvalidInput.
 */
export function listOf(
  loop: Loop,
  scope: Scope,
  { resolver, inventory }: Pick<Expanding, 'resolver' | 'inventory'>,
): unknown {
  const { items, word } = loop
  const value = resolver.value(items, scope)
  if (word === 'loop') return value
  const terms: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value]
  switch (word) {
    case 'with_inventory_hostnames':
      return terms.flatMap((pattern) => matchHosts(String(pattern), inventory, items.origin))
    case 'with_random_choice':
      return chosen(loop, terms)
    default:
      return resolver.lookup(word.replace(/^with_/, ''), terms, scope, items.origin)
  }
}

/** Chosen once for a run: what was planned is what is done. */
const choices = new WeakMap<Loop, number>()

function chosen(loop: Loop, list: readonly unknown[]): readonly unknown[] {
  if (list.length === 0) return []
  const share = choices.get(loop) ?? Math.random()
  choices.set(loop, share)
  return [list[Math.floor(share * list.length)]]
}
