import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import type { FactProblem } from './rules/facts.ts'

/** Packages of Debian answer those who watch. */
export function exporterProblems(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  const hosts = [...cluster.directors, ...cluster.realservers].map(({ host }) => host)
  return [...new Set(hosts)].flatMap((host) => {
    const { os } = facts.get(host) ?? {}
    if (!cluster.monitoring || !os || os.family === 'debian') return []
    return [
      {
        rule: 'facts-no-exporters',
        severity: 'error',
        message: `${host} runs ${os.name}, whose packages bring no exporters for Prometheus: monitoring knows those of Debian`,
        next: 'Leave monitoring out, and install exporters in a role of yours.',
        host,
        path: ['cluster', 'monitoring'],
      },
    ]
  })
}
