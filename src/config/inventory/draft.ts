import type { Failure } from '../../model/failure.ts'
import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Warn } from '../problem.ts'
import type { SecretSources } from '../secret-sources.ts'
import type { YamlSurroundings } from '../yaml.ts'

/** A variable as one source gives it. */
export interface Given {
  readonly name: string
  readonly value: Sourced
  readonly key: Origin
}

export interface DraftGroup {
  readonly name: string
  readonly origin: Origin
  /** Has any source said more of it than its name? */
  defined: boolean
  readonly children: Map<string, Origin>
  readonly hosts: Map<string, Origin>
  readonly variables: Given[]
}

export interface DraftHost {
  readonly name: string
  readonly origin: Origin
  readonly variables: Given[]
}

/** A group that a source speaks of and some source must define. */
interface Needed {
  readonly name: string
  readonly origin: Origin
  readonly by: string
}

/** Hosts and groups while the sources are still being read, and all that is wrong in them. */
export interface Draft {
  readonly hosts: Map<string, DraftHost>
  readonly groups: Map<string, DraftGroup>
  readonly needed: Needed[]
  readonly problems: Failure[]
  readonly warn: Warn
  readonly secrets: SecretSources
}

/** An inventory without hosts; `origin` stands for what no file says. */
export function emptyDraft(origin: Origin, { warn, secrets }: YamlSurroundings): Draft {
  const draft: Draft = { hosts: new Map(), groups: new Map(), needed: [], problems: [], warn, secrets }
  for (const name of ['all', 'ungrouped']) groupOf(draft, name, origin).defined = true
  return draft
}

/** The group of this name, made where it is new. */
export function groupOf(draft: Draft, name: string, origin: Origin): DraftGroup {
  const known = draft.groups.get(name)
  if (known) return known
  const made = { name, origin, defined: false, children: new Map(), hosts: new Map(), variables: [] }
  draft.groups.set(name, made)
  return made
}

/** Puts a host into a group; both are made where they are new. */
export function addHost(draft: Draft, group: DraftGroup, name: string, origin: Origin): DraftHost {
  const host = draft.hosts.get(name) ?? { name, origin, variables: [] }
  draft.hosts.set(name, host)
  if (!group.hosts.has(name)) group.hosts.set(name, origin)
  return host
}

/** Runs one part of the reading; bad input in it is kept with the other problems, and the rest goes on. */
export async function collecting<T>(problems: Failure[], read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    problems.push(...error.problems)
    return undefined
  }
}
