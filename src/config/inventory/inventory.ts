import type { Origin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Given } from './draft.ts'

/** Ansible's levels of precedence as far as an inventory knows them, weakest first. */
export const levels = [
  'inventory variables of all',
  'inventory variables of a group',
  'group_vars/all',
  'group_vars/all beside the playbook',
  'group_vars',
  'group_vars beside the playbook',
  'inventory variables of a host',
  'host_vars',
  'host_vars beside the playbook',
  'extra variables',
] as const

export type Level = (typeof levels)[number]

/** One place that gives a variable its value; several may give the same variable. */
export interface Assignment {
  readonly name: string
  readonly value: Sourced
  /** Where the name of the variable stands. */
  readonly key: Origin
  readonly level: Level
  /** What gave it, as a person would say: `group_vars/web.yaml`, `group web`, `host rs1`, `-e`. */
  readonly giver: string
}

/** The value a host sees, and what was overruled, strongest first. */
export interface Variable {
  readonly value: Sourced
  readonly winner: Assignment
  readonly losers: readonly Assignment[]
}

/** All variables of a host, in the order of their names. */
export type Variables = ReadonlyMap<string, Variable>

export interface InventoryHost {
  readonly name: string
  readonly origin: Origin
  /** Every group it is in, parents included, least specific (`all`) first. */
  readonly groups: readonly string[]
  readonly variables: Variables
  /** How it is reached where nothing else says so, by names of variables. */
  readonly usually?: ReadonlyMap<string, Sourced>
}

export interface InventoryGroup {
  readonly name: string
  readonly origin: Origin
  /** Groups directly beneath, in the order of the files. */
  readonly children: readonly string[]
  /** Hosts directly in it, in the order of the files. */
  readonly hosts: readonly string[]
}

/** What a run says of groups while it goes on: this host is in this group, and the group in these. */
export interface Joined {
  readonly host: string
  /** Absent: the host is there, and in no group of its own. */
  readonly group?: string
  readonly parents: readonly string[]
  /** What it is told of the host. */
  readonly variables?: readonly Given[]
  readonly origin: Origin
}

/** All hosts and groups of one run; `all` and `ungrouped` are always among the groups. */
export interface Inventory {
  readonly hosts: ReadonlyMap<string, InventoryHost>
  readonly groups: ReadonlyMap<string, InventoryGroup>
  /** What `-e` gave; these win over everything, also over what a playbook or role says. */
  readonly extraVars: readonly Assignment[]
  /** Names of variables by the groups that give them, those of groups included that are not there yet. */
  readonly givenByGroups: ReadonlyMap<string, ReadonlySet<string>>
  /**
   * The same inventory after that, with the variables that hosts have by their groups then. Throws InvalidInput where a file
   * of these is wrong.
   */
  joined(more: readonly Joined[]): Inventory
}

/** The hosts of a group and of all groups beneath it, in inventory order. */
export function hostsOf(inventory: Pick<Inventory, 'groups'>, group: string): readonly string[] {
  const groups = new Set([group])
  const hosts = new Set<string>()
  // A set grows while it is walked, which makes this breadth first, as Ansible orders hosts.
  for (const name of groups) {
    const found = inventory.groups.get(name)
    for (const child of found?.children ?? []) groups.add(child)
    for (const host of found?.hosts ?? []) hosts.add(host)
  }
  return [...hosts]
}

/** The same inventory with no other hosts than these. */
export function onlyHosts(inventory: Inventory, names: readonly string[]): Inventory {
  const kept = new Set(names)
  const groups = [...inventory.groups.values()].map((group) => ({
    ...group,
    hosts: group.hosts.filter((host) => kept.has(host)),
  }))
  return {
    ...inventory,
    joined: (more) => onlyHosts(inventory.joined(more), names),
    hosts: new Map([...inventory.hosts].filter(([name]) => kept.has(name))),
    groups: new Map(groups.map((group) => [group.name, group])),
  }
}
