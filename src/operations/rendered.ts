import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Resource } from '../model/resource.ts'
import type { Intent, Knowledge, Task } from '../model/task.ts'

/** A file that is not there yet: what a task would write to it is all that it is going to hold. */
const nothing = { type: 'absent' } as const
const found = {
  ...{ at: nothing, atInside: nothing },
  ...{ content: { is: 'absent' }, contentInside: { is: 'absent' } },
} as const

/**
 * What a playbook writes to a file on a host whose facts are these, as far as that can be told before anything is done there:
 * the last task that writes it counts.
 */
export function renderedFile(
  { plays }: Pick<Intent, 'plays'>,
  {
    host,
    path,
    facts,
  }: { readonly host: string; readonly path: string; readonly facts: ReadonlyMap<string, Facts> },
): string | undefined {
  let text: string | undefined
  for (const { tasks } of plays) {
    const known = { facts, registered: new Map(), assigned: new Map<string, () => unknown>() }
    for (const resource of resourcesOf(tasks.get(host) ?? [], known))
      if (resource.id.endsWith(`[${path}]`)) text = contentOf(resource, path) ?? text
  }
  return text
}

type Known = Knowledge & { assigned: Map<string, () => unknown> }

/** All that tasks come to; what cannot be told is left out, and what they say of variables is kept for those after them. */
function* resourcesOf(tasks: readonly Task[], known: Known): Generator<Resource> {
  for (const task of tasks) {
    const expansion = attempted(() => task.expand(known))
    switch (expansion?.is) {
      case 'ready':
      case 'waiting':
        yield* expansion.resources
        break
      case 'tasks':
        yield* resourcesOf([...expansion.tasks, ...(expansion.always ?? [])], known)
        break
      case 'control':
        for (const control of expansion.controls)
          if (control.is === 'assign' && control.to === undefined)
            for (const [name, value] of control.values) known.assigned.set(name, value)
    }
  }
}

function contentOf(resource: Resource, path: string): string | undefined {
  const change = attempted(() => resource.converge(found, { touches: () => false }))
  const text = change?.differences.find((one) => one.is === 'text' && one.path === path)
  return text?.is === 'text' ? text.after : undefined
}

/** What could be made; what the machine would have to say first is nothing to tell of here. */
function attempted<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
