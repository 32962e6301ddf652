import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import { connectionsOf, filesNeeded, memoryNeeded } from './connections.ts'
import { proxyOf } from './proxies.ts'
import type { FactProblem } from './rules/facts.ts'

/** More connections than a director has open files or memory for. */
export function connectionProblems(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  if (!proxyOf(cluster)) return []
  return cluster.directors.flatMap(({ host }): readonly FactProblem[] => {
    const known = facts.get(host)
    if (!known) return []
    const connections = connectionsOf(cluster, known)
    const files = filesNeeded(cluster, connections)
    const memory = memoryNeeded(cluster, connections)
    const { openFiles = files, memoryMiB } = known
    const at = {
      host,
      path: ['cluster', cluster.maxConnections === undefined ? 'balancer' : 'max_connections'],
    }
    return [
      ...(files > openFiles
        ? [
            {
              ...at,
              rule: 'facts-open-files',
              severity: 'error',
              message: `${connections.clients} clients at once take ${files} open files of ${cluster.balancer} on ${host}, whose kernel lets a program have ${openFiles}`,
              next: `Raise fs.nr_open on ${host} by sysctl, or give max_connections a smaller number.`,
            } as const,
          ]
        : []),
      ...(cluster.maxConnections !== undefined && memory > memoryMiB
        ? [
            {
              ...at,
              rule: 'facts-memory',
              severity: 'warning',
              message: `${connections.clients} clients at once take about ${memory} MiB of memory, and ${host} has ${memoryMiB}`,
              next: 'Leave max_connections out: it then follows from the memory.',
            } as const,
          ]
        : []),
    ]
  })
}
