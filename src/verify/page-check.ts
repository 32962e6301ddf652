import { type Cluster, proxyOf, type Service } from '../cluster/index.ts'

/**
 * Whether the port of a service gives pages, as its health check tells. A check that asks for a page on another port says so of that
 * port alone: beside a database often stands a program that tells by HTTP whether it leads. What a balancer understands as requests, and
 * what web servers of ours serve, are pages all the same.
 */
export function givesPages(cluster: Cluster, { check, backendPort, mode, isOwn }: Service): boolean {
  if (!('path' in check)) return false
  if ((check.port ?? backendPort) === backendPort) return true
  return proxyOf(cluster) === undefined ? cluster.backend !== 'none' && !isOwn : mode === 'http'
}
