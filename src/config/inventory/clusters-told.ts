import type { Origin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Assignment, Inventory, InventoryHost } from './inventory.ts'

/** A cluster as groups tell machines of it. */
export interface ToldCluster {
  readonly name: string
  readonly value: Sourced
  readonly key: Origin
  /** Everyone who is told of it, by name. */
  readonly hosts: readonly string[]
}

/** Every cluster that hosts are told of, and those among them some of whose machines are the same, in the order of the groups. */
export function clustersTold(inventory: Inventory): {
  readonly all: readonly ToldCluster[]
  readonly sharing: readonly (readonly ToldCluster[])[]
} {
  const hosts = new Map<Sourced, { readonly told: Assignment; readonly names: string[] }>()
  const sets: Set<Sourced>[] = []
  for (const host of inventory.hosts.values()) {
    const told = clustersOf(inventory, host)
    for (const one of told) {
      const known = hosts.get(one.value)
      if (known) known.names.push(host.name)
      else hosts.set(one.value, { told: one, names: [host.name] })
    }
    if (told.length < 2) continue
    const values = told.map(({ value }) => value)
    const touched = sets.filter((set) => values.some((value) => set.has(value)))
    for (const set of touched) sets.splice(sets.indexOf(set), 1)
    sets.push(new Set([...touched.flatMap((set) => [...set]), ...values]))
  }
  const groups = [...inventory.groups.keys()]
  const rank = ({ told }: { readonly told: Assignment }) => groups.indexOf(groupOf(told) ?? '')
  const all = [...hosts.values()]
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ told: { value, key }, names }) => ({ name: nameOf(value), value, key, hosts: names }))
  return { all, sharing: sets.map((set) => all.filter(({ value }) => set.has(value))) }
}

/**
 * What groups tell a host of clusters of different names, none of these groups the other's parent: by Ansible's precedence all
 * but the first would be dropped without a word.
 */
function clustersOf(inventory: Inventory, { variables }: InventoryHost): readonly Assignment[] {
  const said = variables.get('cluster')
  if (!said) return []
  const told = [said.winner]
  for (const one of said.losers) if (told.every((other) => areApart(inventory, other, one))) told.push(one)
  return told
}

function areApart(inventory: Inventory, one: Assignment, other: Assignment): boolean {
  const [a, b] = [groupOf(one), groupOf(other)]
  if (a === undefined || b === undefined || a === b) return false
  const differ = nameOf(one.value) !== nameOf(other.value)
  return differ && !isBeneath(inventory, a, b) && !isBeneath(inventory, b, a)
}

/** The group that gives a value; `undefined`: something else does, or all of them. */
function groupOf({ level, giver }: Assignment): string | undefined {
  if (!level.startsWith('inventory variables of a group') && !/^group_vars(?!\/all)/.test(level))
    return undefined
  return /^(?:group |.*group_vars\/)([^/.\s]+)/.exec(giver)?.[1]
}

function isBeneath({ groups }: Inventory, group: string, above: string): boolean {
  const all = new Set([above])
  for (const name of all) for (const child of groups.get(name)?.children ?? []) all.add(child)
  return all.has(group)
}

/** What the cluster is called; one without a name has that of all such. */
function nameOf(value: Sourced): string {
  const said = 'entries' in value ? value.entries.get('name')?.value : undefined
  return said && 'scalar' in said && typeof said.scalar === 'string' ? said.scalar : 'cluster'
}
