import { type Cluster, tiersOf } from '../cluster/index.ts'
import { hostsOf, type Inventory } from './inventory/index.ts'

/**
 * The same inventory with the machines of each cluster in the groups that playbooks know them by, whatever `directors` and
 * `realservers` of the cluster call theirs: those who hold VIPs are in `directors`, those who balance for another cluster in
 * `proxies`, and those who do the work in `realservers`.
 */
export function withClusterGroups(inventory: Inventory, clusters: readonly Cluster[]): Inventory {
  const parts = clusters
    .flatMap(tiersOf)
    .flatMap(({ directors, realservers, front, behind }) => [
      { group: front === undefined ? 'directors' : 'proxies', machines: directors },
      ...(behind ? [] : [{ group: 'realservers', machines: realservers }]),
    ])
  const known = new Map<string, ReadonlySet<string>>()
  for (const { group } of parts)
    known.set(group, new Set(inventory.groups.has(group) ? hostsOf(inventory, group) : []))
  const more = parts.flatMap(({ group, machines }) =>
    machines.flatMap(({ host }) => {
      const found = inventory.hosts.get(host)
      return found && !known.get(group)?.has(host) ? [{ host, group, parents: [], origin: found.origin }] : []
    }),
  )
  return more.length === 0 ? inventory : inventory.joined(more)
}
