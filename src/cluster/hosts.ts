import type { Cluster } from './cluster.ts'

/** Every host that has a part in a cluster, the machines that look at it from outside included. */
export function hostsOfCluster({ directors, realservers, nfs, clients }: Cluster): readonly string[] {
  const members = [...directors, ...realservers, ...(nfs ? [nfs] : [])]
  return [...new Set(members.map(({ host }) => host).concat(clients))]
}
