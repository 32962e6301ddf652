import type { ClusterSettings } from '../../cluster/index.ts'
import type { Failure } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import { contradictions, type ReadCluster } from './clusters-apart.ts'
import { asOne } from './clusters-as-one.ts'
import { clustersTold, type ToldCluster } from './clusters-told.ts'
import type { Inventory } from './inventory.ts'

/**
 * Clusters that groups tell the same machines of are one to these: what such machines are told in the place of what the groups
 * say, and by which groups the machines of each are known from the others'. Where they contradict each other, `problems` says so.
 */
export function sharedMachines(
  inventory: Inventory,
  typed: (value: Sourced) => ClusterSettings | undefined,
  problems: Failure[],
): {
  readonly values: ReadonlyMap<Sourced, Sourced>
  readonly groups: ReadonlyMap<string, readonly string[]>
} {
  const values = new Map<Sourced, Sourced>()
  const groups = new Map<string, readonly string[]>()
  const { all, sharing } = clustersTold(inventory)
  if (sharing.length === 0) return { values, groups }
  const read = (told: readonly ToldCluster[]): readonly ReadCluster[] =>
    told.flatMap((one) => {
      const settings = typed(one.value)
      return settings ? [{ ...one, settings }] : []
    })
  const readAll = read(all)
  for (const set of sharing) {
    const parts = read(set)
    // What is wrong in one of them by itself is said already.
    if (parts.length < set.length) continue
    const found = contradictions(inventory, parts, readAll)
    problems.push(...found)
    if (found.length > 0) continue
    const one = asOne(inventory, parts)
    for (const { value } of parts) values.set(value, one.value)
    for (const [host, more] of one.groups) groups.set(host, more)
  }
  return { values, groups }
}
