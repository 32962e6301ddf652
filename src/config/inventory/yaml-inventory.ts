import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { repeated, type Sourced, type SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { addHost, collecting, type Draft, type DraftGroup, groupOf } from './draft.ts'
import { wrongGroupName } from './group-names.ts'
import { expandHosts } from './host-names.ts'

const groupKeys = ['hosts', 'children', 'vars']

/** Adds what a YAML inventory says: groups at its top, each with hosts, children and vars. */
export async function readYamlInventory(draft: Draft, sourced: Sourced): Promise<void> {
  const groups = mapping(draft, sourced, 'an inventory')
  if (groups.has('plugin')) {
    draft.problems.push(
      problem(
        'inventory-plugin',
        'inventory plugins are not supported',
        groups.get('plugin')?.key,
        'name an executable that answers --list with JSON instead',
      ),
    )
    return
  }
  for (const [name, { key, value }] of groups) {
    if (groupKeys.includes(name))
      draft.problems.push(
        problem(
          'inventory-shape',
          `${quoted(name)} stands at the top, where groups are named`,
          key,
          'write "all:" above it and indent it',
        ),
      )
    else await readGroup(draft, name, key, value)
  }
}

async function readGroup(draft: Draft, name: string, key: Origin, body: Sourced): Promise<void> {
  const wrong = wrongGroupName(name, key)
  if (wrong) {
    draft.problems.push(wrong)
    return
  }
  const group = groupOf(draft, name, key)
  if (!('scalar' in body && body.scalar === null)) group.defined = true
  for (const [part, entry] of mapping(draft, body, `the group ${name}`)) {
    if (part === 'hosts') await readHosts(draft, group, entry.value)
    else if (part === 'vars') readVariables(draft, group.variables, entry.value, `vars of the group ${name}`)
    else if (part === 'children')
      for (const [child, { key: at, value }] of mapping(
        draft,
        entry.value,
        `children of the group ${name}`,
      )) {
        if (!group.children.has(child)) group.children.set(child, at)
        await readGroup(draft, child, at, value)
      }
    else
      draft.problems.push(
        problem(
          'inventory-shape',
          `unknown key ${quoted(part)} in the group ${name}`,
          entry.key,
          suggestion(part, groupKeys),
        ),
      )
  }
}

async function readHosts(draft: Draft, group: DraftGroup, hosts: Sourced): Promise<void> {
  const entries = mapping(draft, hosts, `hosts of the group ${group.name}`)
  for (const [pattern, { key, value }] of entries) {
    const named = await collecting(draft.problems, () => expandHosts(pattern, key))
    for (const name of named?.names ?? []) {
      const host = addHost(draft, group, name, key)
      if (named?.port !== undefined)
        host.variables.push({ name: 'ansible_port', value: { origin: key, scalar: named.port }, key })
      readVariables(draft, host.variables, value, `variables of the host ${name}`)
    }
  }
}

function readVariables(draft: Draft, into: DraftGroup['variables'], sourced: Sourced, what: string): void {
  for (const [name, { key, value }] of mapping(draft, sourced, what)) into.push({ name, value, key })
}

/** The entries of a mapping that may be left empty. */
function mapping(draft: Draft, sourced: Sourced, what: string): ReadonlyMap<string, SourcedEntry> {
  if ('entries' in sourced) return sourced.entries
  if ('scalar' in sourced && sourced.scalar === null) return new Map()
  const list = 'items' in sourced
  draft.problems.push(
    problem(
      'inventory-shape',
      `${what}: expected a mapping, found ${repeated(sourced)}`,
      sourced.origin,
      list
        ? 'write "name:" on a line of its own instead of "- name"'
        : 'write "name:" with a colon at its end',
    ),
  )
  return new Map()
}
