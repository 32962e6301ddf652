import { tiersOf } from '../cluster/index.ts'
import { loadMachines } from '../config/index.ts'
import { loadInventory } from '../config/inventory/index.ts'
import { faults, faultsFor } from '../drill/catalogue.ts'
import { moduleKinds } from '../modules/index.ts'
import { kinds } from '../resources/index.ts'

/** A name that may be given to a command, and what it stands for. */
export interface KnownName {
  readonly name: string
  readonly meaning: string
}

/** Groups and hosts of inventories. What cannot be read knows none: the command that needs it will say why. */
export async function knownHosts(
  inventories: readonly string[],
): Promise<{ readonly groups: readonly string[]; readonly hosts: readonly string[] }> {
  const inventory = await loadInventory(inventories).catch(() => undefined)
  const groups = [...(inventory?.groups.keys() ?? [])].filter((name) => name !== 'ungrouped')
  return { groups, hosts: [...(inventory?.hosts.keys() ?? [])] }
}

/** Directors, realservers and VIPs of the clusters of inventories, and the drills that fit them: all drills where there is no cluster. */
export async function knownClusters(inventories: readonly string[] | undefined): Promise<{
  readonly directors: readonly KnownName[]
  readonly realservers: readonly KnownName[]
  readonly vips: readonly KnownName[]
  readonly drills: readonly KnownName[]
}> {
  const machines =
    inventories && (await loadMachines({ inventory: inventories, extraVars: [] }).catch(() => undefined))
  const clusters = machines?.clusters ?? []
  const fitting = clusters.flatMap((cluster) => faultsFor(cluster, { power: true }))
  return {
    directors: clusters.flatMap(({ name: cluster, directors }) =>
      directors.map(({ host }) => ({ name: host, meaning: `director of ${cluster}` })),
    ),
    realservers: clusters
      .flatMap(tiersOf)
      .flatMap(({ name: cluster, realservers }) =>
        realservers.map(({ host }) => ({ name: host, meaning: `realserver of ${cluster}` })),
      ),
    vips: clusters.flatMap(({ name: cluster, vips }) =>
      vips.map(({ address }) => ({ name: address, meaning: `VIP of ${cluster}` })),
    ),
    drills: [...new Set(fitting.length > 0 ? fitting : faults)].map(({ name, summary }) => ({
      name,
      meaning: summary,
    })),
  }
}

/** Kinds of things that a task or `exec` can ask for. */
export function knownKinds(): readonly KnownName[] {
  const all = [
    ...Object.values(kinds).filter(({ name }) => !moduleKinds.has(name)),
    ...new Set(moduleKinds.values()),
  ]
  return all.map(({ name, summary }) => ({ name, meaning: summary }))
}
