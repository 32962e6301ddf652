import { AsyncLocalStorage } from 'node:async_hooks'
import type { ReadVariable } from '../model/read-variable.ts'
import type { Resource } from '../model/resource.ts'

/** What was read while one thing was made; `undefined`: nobody wants to know of it now. */
interface Watch {
  readonly read: Map<string, ReadVariable> | undefined
}

/** Variables are read where their turn comes, many layers down: whoever wants to know of them is told from there. */
const watches = new AsyncLocalStorage<Watch>()

/** Does something meanwhile of which it can be said what was read for it. */
export function explaining<T>(work: () => T): T {
  return watches.run({ read: undefined }, work)
}

/** Does something, and says which variables it read, each once; nothing where nobody wants to know. */
export function readingVariables<T>(work: () => T): {
  readonly made: T
  readonly read: readonly ReadVariable[]
} {
  if (!watches.getStore()) return { made: work(), read: [] }
  const read = new Map<string, ReadVariable>()
  const made = watches.run({ read }, work)
  return { made, read: [...read.values()] }
}

/** A resource that tells what its task read, if anything. */
export function becauseOf(resource: Resource, because: readonly ReadVariable[]): Resource {
  return because.length > 0 ? { ...resource, because } : resource
}

/** Says that a variable is read; `where` is asked for only where somebody wants to know. */
export function tellVariable(name: string, where: () => Omit<ReadVariable, 'name'> | undefined): void {
  const read = watches.getStore()?.read
  // Every task asks for its host.
  if (!read || read.has(name) || name === 'inventory_hostname') return
  const told = where()
  if (told) read.set(name, { name, ...told })
}
