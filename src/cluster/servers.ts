import type { Cluster } from './cluster.ts'
import type { Machine } from './network.ts'

/** The machines that serve what clients find: the realservers, or the directors where nothing is balanced. */
export function serversOf({ balancer, directors, realservers }: Cluster): readonly Machine[] {
  return balancer === 'none' ? directors : realservers
}
