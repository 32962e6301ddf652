import { plain, type Sourced } from '../../model/sourced.ts'
import { lazily, type Scope } from '../expressions/scope.ts'
import { attempted, type Expanding } from './expanding.ts'
import type { ControlSpec, IncludeSpec, TaskSpec } from './spec.ts'

/** What of a task is told of it. */
export type Described = Pick<TaskSpec, 'name' | 'tags' | 'conditions' | 'register'> &
  Partial<Pick<TaskSpec, 'kind' | 'parameters'> & Pick<ControlSpec, 'word'> & Pick<IncludeSpec, 'named'>>

/** `ansible_failed_task` as tasks under `rescue` read it: computed where that is possible, and as it is written elsewhere. */
export function toldOfTask(
  spec: Described,
  scopeWith: () => Scope,
  { resolver }: Pick<Expanding, 'resolver'>,
): unknown {
  const { name, tags, conditions, register, kind, word, parameters } = spec
  const computedOf = (written: Sourced) => {
    const computed = attempted(() => resolver.value(written, scopeWith()))
    return 'value' in computed ? computed.value : plain(written)
  }
  const args = () => {
    const entries = parameters && 'entries' in parameters ? parameters.entries : new Map<string, never>()
    const { freeForm } = kind?.module ?? {}
    const named = new Map([...entries].map(([key, one]) => [key === freeForm ? '_raw_params' : key, one]))
    return lazily(named.keys(), (key) => computedOf((named.get(key) as { readonly value: Sourced }).value))
  }
  const parts: Readonly<Record<string, () => unknown>> = {
    // Ansible has no name for a task that was given none.
    name: () => (name ? computedOf(name) : ''),
    action: () => kind?.name ?? word ?? 'include_tasks',
    args,
    tags: () => tags,
    when: () => conditions.map(plain),
    register: () => register ?? null,
  }
  return lazily(Object.keys(parts), (part) => parts[part]?.())
}
