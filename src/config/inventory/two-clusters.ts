import type { Failure } from '../../model/failure.ts'
import { showOrigin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import type { Assignment, Inventory } from './inventory.ts'

/**
 * Machines that two groups tell of two clusters, none of them the other's parent: by Ansible's precedence one of the two would be
 * dropped without a word.
 */
export function twoClusters(inventory: Inventory): readonly Failure[] {
  const lost = new Map<Assignment, { readonly winner: Assignment; readonly hosts: string[] }>()
  for (const { name, variables } of inventory.hosts.values()) {
    const told = variables.get('cluster')
    for (const loser of told?.losers ?? []) {
      if (!told || !contradict(inventory, told.winner, loser)) continue
      const same = [...lost.keys()].find(({ value }) => value === loser.value) ?? loser
      const { hosts } = lost.get(same) ?? { hosts: [] }
      lost.set(same, { winner: told.winner, hosts: [...hosts, name] })
    }
  }
  return [...lost].map(([loser, { winner, hosts }]) =>
    problem(
      'inventory-cluster-twice',
      `${hosts.join(', ')}: told of two clusters, ${nameOf(loser.value)} here and ${nameOf(winner.value)} at ${showOrigin(winner.key)}, and would be part of ${nameOf(winner.value)} alone`,
      loser.key,
      'a machine has one keepalived and one balancer, so it is part of one cluster: make it one with the VIPs of both, each with services and realservers of its own; or give each its own machines',
    ),
  )
}

function contradict(inventory: Inventory, one: Assignment, other: Assignment): boolean {
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
