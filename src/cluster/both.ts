import type { Cluster } from './cluster.ts'
import { backendAt } from './own-servers.ts'
import { proxyOf } from './proxies.ts'

/** Machines that are director and realserver at once, by name. */
export function bothAtOnce({
  directors,
  realservers,
}: Pick<Cluster, 'directors' | 'realservers'>): readonly string[] {
  const serving = new Set(realservers.map(({ host }) => host))
  return directors.map(({ host }) => host).filter((host) => serving.has(host))
}

/** One nginx of these machines balances, and serves pages on other ports. */
export function nginxDoesBoth(cluster: Cluster): boolean {
  return (
    proxyOf(cluster) === 'nginx' && bothAtOnce(cluster).some((host) => backendAt(cluster, host) === 'nginx')
  )
}
