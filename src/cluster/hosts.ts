import type { Cluster, Member } from './cluster.ts'
import type { Machine } from './network.ts'
import { tiersOf } from './tiers.ts'

/** Those of a cluster's hosts that are in a group. */
export const inGroupOf = (members: readonly Member[]) => (group: string) =>
  members.filter(({ groups }) => groups.includes(group))

/** Every machine of one tier that has a part in serving, each once: the same may be a director and a realserver. */
export function membersOf({ directors, realservers, nfs }: Cluster): readonly Machine[] {
  const all = [...directors, ...realservers, ...(nfs ? [nfs] : [])]
  return all.filter(({ host }, index) => all.findIndex((one) => one.host === host) === index)
}

/** Every machine that has a part in serving, by name: those of the cluster behind it included. */
export function servingHosts(cluster: Cluster): readonly string[] {
  return [...new Set(tiersOf(cluster).flatMap((tier) => membersOf(tier).map(({ host }) => host)))]
}

/** Every host that has a part in a cluster, the machines that look at it from outside included. */
export function hostsOfCluster(cluster: Cluster): readonly string[] {
  return [...new Set([...servingHosts(cluster), ...cluster.clients])]
}
