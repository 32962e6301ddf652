import { endpointOf } from '../../model/endpoint.ts'
import type { Cluster } from '../cluster.ts'
import { exportersOf } from '../monitoring.ts'
import { tiersOf } from '../tiers.ts'

/** What Prometheus asks, under labels that stand beside all it hears there. */
export interface Target {
  readonly targets: readonly [string]
  readonly labels: { readonly cluster: string; readonly instance: string; readonly part: string }
}

/** One job of Prometheus for each kind of exporter. */
export interface Job {
  readonly job_name: string
  readonly static_configs: readonly Target[]
}

const kinds = ['node', 'haproxy', 'nginx'] as const

/** What Prometheus is to ask of clusters that may be asked. */
export function jobsOf(clusters: readonly Cluster[]): readonly Job[] {
  const all = clusters.flatMap(tiersOf).flatMap((tier) => machinesOf(tier).map((one) => ({ tier, ...one })))
  // A machine between two clusters runs what the inner one says.
  const each = [...new Map(all.map((one) => [one.host, one])).values()]
  return kinds.flatMap((kind) => {
    const targets = each.flatMap(({ tier, host, address, part }): readonly Target[] =>
      exportersOf(tier, host)
        .filter(({ of }) => of === kind)
        .map(({ port }) => ({
          targets: [endpointOf({ address, port })],
          labels: { cluster: clusterOf(tier), instance: host, part },
        })),
    )
    return targets.length > 0 ? [{ job_name: jobName(kind), static_configs: targets }] : []
  })
}

/** What a job is called that asks exporters of a kind. */
export function jobName(kind: (typeof kinds)[number]): string {
  return `understudy-${kind}`
}

/** Machines of a cluster that stands behind another are shown with that one, whose VIPs they serve. */
function clusterOf({ name, front }: Cluster): string {
  return front ?? name
}

function machinesOf({ directors, realservers, front }: Cluster) {
  const of =
    (part: string) =>
    ({
      host,
      address,
      connection,
    }: {
      readonly host: string
      readonly address?: string
      readonly connection: string
    }) => ({ host, address: address ?? connection, part })
  return [
    ...realservers.map(of('realserver')),
    ...directors.map(of(front === undefined ? 'director' : 'proxy')),
  ]
}
