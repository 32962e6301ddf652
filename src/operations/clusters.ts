import type { Cluster } from '../cluster/index.ts'
import { loadMachines, type Machines } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { type ConnectionOptions, type InventoryOptions, secretTeller } from './options.ts'

/** What says which clusters, and how their machines are reached. */
export type ClusterOptions = InventoryOptions & ConnectionOptions

/** The machines and clusters that the inventory describes, if any; applications are read only where they are wanted. */
export function describedMachines(
  options: ClusterOptions,
  more: Pick<Parameters<typeof loadMachines>[0], 'readsApplications'> = {},
): ReturnType<typeof loadMachines> {
  return loadMachines({
    inventory: options.inventory,
    limit: options.limit,
    extraVars: options.extraVars ?? [],
    vaultPasswords: options.vaultPasswords,
    given: options.given,
    become: options.become,
    settings: options.settings,
    onSecret: secretTeller(options),
    ...more,
  })
}

/** The machines and clusters that the inventory describes. Throws INVALID_INPUT where it describes no cluster. */
export async function describedClusters(options: ClusterOptions): Promise<Machines> {
  const described = await describedMachines(options)
  if (described.clusters.length > 0) return described
  throw new Failure('INVALID_INPUT', 'the inventory describes no cluster', {
    next: 'set the variable "cluster" for its hosts: docs/inventory.md explains it',
  })
}

/** The same, and its only cluster. Throws INVALID_INPUT where it describes several. */
export async function describedCluster(
  options: ClusterOptions,
): Promise<Machines & { readonly cluster: Cluster }> {
  const described = await describedClusters(options)
  const [cluster, ...others] = described.clusters
  if (cluster && others.length === 0) return { ...described, cluster }
  throw new Failure('INVALID_INPUT', `the inventory describes ${described.clusters.length} clusters`, {
    next: `choose one by one of its hosts, such as --limit ${cluster?.directors[0]?.host}`,
  })
}
