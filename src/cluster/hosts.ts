import type { Cluster } from './cluster.ts'

/** Every host that has a part in a cluster, the machines that look at it from outside included. */
export function hostsOfCluster({ directors, realservers, clients }: Cluster): readonly string[] {
  return [...new Set([...directors, ...realservers].map(({ host }) => host).concat(clients))]
}
