import type { Cluster } from './cluster.ts'

/** A balancer that speaks with the client itself, on the director. */
export type Proxy = Exclude<Cluster['balancer'], 'ipvs' | 'none'>

/** The proxy on the directors of a cluster; `undefined` where the kernel balances, or nobody. */
export function proxyOf({ balancer }: Pick<Cluster, 'balancer'>): Proxy | undefined {
  return balancer === 'ipvs' || balancer === 'none' ? undefined : balancer
}
