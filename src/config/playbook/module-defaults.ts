import type { Failure } from '../../model/failure.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { modules } from '../../modules/index.ts'
import type { Kind } from '../../resources/bind.ts'
import { problem } from '../problem.ts'
import { kindCalled } from './kinds.ts'
import { shortName } from './words.ts'

const before = 'group/'

/** Groups by the names that they had when all modules were Ansible's own. */
const elder = ['acme', 'aws', 'azure', 'cpm', 'docker', 'gcp', 'k8s', 'os', 'ovirt', 'vmware'] as const

/** Groups of collections of which some modules are here: the modules that are in them; of the others none is here. */
const groups: Readonly<Record<string, RegExp>> = {
  'community.postgresql.all': /^postgresql_/,
  'community.crypto.acme': /^acme_/,
}

const collections: ReadonlySet<string> = new Set(modules.map(({ collection }) => collection))

/** What is wrong with the name of a group: nothing where it is known which modules are in it. */
export function wronglyGrouped(names: Iterable<string>): string | undefined {
  const unknown = [...names].find((name) => {
    if (!name.startsWith(before)) return false
    const group = name.slice(before.length)
    if (group in groups || elder.some((one) => one === group)) return false
    const parts = /^(\w+\.\w+)\.\w+$/.exec(group)
    return !parts || collections.has(String(parts[1]))
  })
  return unknown === undefined
    ? undefined
    : `which modules ${unknown} has is not known: write these instead of the group`
}

/** What a task tells its module, with what `module_defaults` around it say where it says nothing. */
export function withDefaults(
  { kind, parameters }: { readonly kind: Kind; readonly parameters: Sourced },
  /** Keys of the task, among which the module is. */
  entries: ReadonlyMap<string, SourcedEntry>,
  defaults: readonly Sourced[],
): Sourced {
  if (defaults.length === 0 || !('entries' in parameters)) return parameters
  const given = new Map<string, SourcedEntry>()
  for (const mapping of defaults) {
    if (!('entries' in mapping)) continue
    // As in Ansible, what is said of the module itself is stronger than what is said of its group.
    const inOrder = [...mapping.entries].toSorted(([a], [b]) => Number(!isGroup(a)) - Number(!isGroup(b)))
    for (const [name, { value }] of inOrder)
      if (isMeant(name, kind, entries) && 'entries' in value)
        for (const [field, entry] of value.entries) given.set(field, entry)
  }
  return { origin: parameters.origin, entries: new Map([...given, ...parameters.entries]) }
}

/** Groups whose modules only Ansible knows, where one that is none of ours may be in them. */
export function groupsOfOthers(defaults: readonly Sourced[]): readonly Failure[] {
  const keys = defaults.flatMap((one) => ('entries' in one ? [...one.entries] : []))
  return keys
    .filter(([name]) => isGroup(name))
    .map(([name, { key }]) =>
      problem(
        'module-unsupported',
        `module_defaults of ${name} are not supported for modules that are none of ours`,
        key,
        'write the modules instead of the group',
      ),
    )
}

function isGroup(name: string): boolean {
  return name.startsWith(before)
}

function isMeant(name: string, kind: Kind, entries: ReadonlyMap<string, SourcedEntry>): boolean {
  if (isGroup(name)) return groups[name.slice(before.length)]?.test(kind.name) === true
  return entries.has(shortName(name)) || (kind.module !== undefined && kindCalled(name) === kind)
}
