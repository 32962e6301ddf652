import { InvalidInput } from '../../model/failure.ts'
import type { Resource } from '../../model/resource.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Scope } from '../expressions/scope.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import type { Expanding } from './expanding.ts'
import { decided } from './flags.ts'
import type { Inherited } from './spec.ts'

/** The host that a task is delegated to, by its name in the inventory. Throws what computing it throws. */
export function delegateOf(
  written: Sourced,
  scope: Scope,
  { resolver, inventory }: Pick<Expanding, 'resolver' | 'inventory'>,
): string {
  const name = String(plain(resolver.sourced(written, scope)))
  const meant = ['127.0.0.1', '::1'].includes(name) ? 'localhost' : name
  if (inventory.hosts.has(meant)) return meant
  throw new InvalidInput([
    problem(
      'playbook-delegate',
      `a task is delegated to "${name}", which is no host of the inventory`,
      written.origin,
      suggestion(name, [...inventory.hosts.keys()]),
    ),
  ])
}

/** The host that is to have the facts of a task; nothing where it is the task's own. Throws what computing it throws. */
export function tellsTo(
  { delegateTo, delegateFacts = false }: Pick<Inherited, 'delegateTo' | 'delegateFacts'>,
  scope: Scope,
  expanding: Pick<Expanding, 'resolver' | 'inventory'>,
): string | undefined {
  if (!delegateTo || !decided(delegateFacts, scope, expanding.resolver, 'delegate_facts')) return undefined
  return delegateOf(delegateTo, scope, expanding)
}

/** The same resource, brought about on another host: its questions are asked there, its change is made there; `tells`: who has its facts. */
export function delegated(resource: Resource, on: string, tells?: string): Resource {
  const queries = Object.entries(resource.queries).map(([name, query]) => [name, { on, ...query }] as const)
  return {
    ...resource,
    converge: (found, upcoming) => {
      const change = resource.converge(found, upcoming)
      const uploads = change?.uploads?.map((one) =>
        'from' in one ? { ...one, from: { ...one.from, on } } : one,
      )
      return change && uploads ? { ...change, uploads } : change
    },
    id: `${resource.id.slice(0, -1)} on ${on}]` as Resource['id'],
    queries: Object.fromEntries(queries),
    options: { on, ...resource.options, ...(tells === undefined ? {} : { tells }) },
  }
}
