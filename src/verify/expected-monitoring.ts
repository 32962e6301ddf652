import { type Cluster, exportersOf } from '../cluster/index.ts'

/** Somebody who answers those who watch, and where. */
export interface ExpectedExporter {
  readonly host: string
  /** At which those who watch ask. */
  readonly address: string
  readonly of: 'node' | 'haproxy' | 'nginx'
  readonly port: number
}

/** Who is answered by whom. */
export interface ExpectedMonitoring {
  readonly scrapers: readonly string[]
  readonly exporters: readonly ExpectedExporter[]
}

/** Who answers whom in a cluster; those that are a cluster of their own belong to that one. */
export function monitoringOf(cluster: Cluster): { readonly monitoring?: ExpectedMonitoring } {
  const { monitoring, directors, realservers, behind } = cluster
  if (!monitoring) return {}
  const all = [...directors, ...(behind ? [] : realservers)]
  const each = [...new Map(all.map((one) => [one.host, one])).values()]
  return {
    monitoring: {
      scrapers: monitoring.scrapers,
      exporters: each.flatMap(({ host, address, connection }) =>
        exportersOf(cluster, host).map((exporter) => ({ host, address: address ?? connection, ...exporter })),
      ),
    },
  }
}
