import { canonical, familyOf, inNetwork } from './addresses.ts'
import { networkOf } from './clients-told.ts'
import type { Cluster } from './cluster.ts'
import { backendAt, backendHosts } from './own-servers.ts'
import { proxyOf } from './proxies.ts'
import { serversOf } from './servers.ts'
import type { MonitoringSettings } from './vocabulary/index.ts'

/** What the inventory says of those who watch a cluster; networks begin where they begin. */
export function monitoringOf(said: MonitoringSettings): MonitoringSettings {
  return { ...said, scrapers: [...new Set(said.scrapers.map(networkOf))] }
}

/** Whether somebody with this address is answered. */
export function mayScrape({ scrapers }: { readonly scrapers: readonly string[] }, asker: string): boolean {
  return scrapers.some((one) => {
    const [address = '', prefix] = one.split('/')
    if (prefix === undefined) return canonical(asker) === address
    const family = familyOf(address)
    return familyOf(asker) === family && inNetwork(asker, { address, prefix: Number(prefix), family })
  })
}

/** Something on a machine that answers scrapers. */
export interface Exporter {
  /** What it tells of. */
  readonly of: 'node' | 'haproxy' | 'nginx'
  readonly port: number
}

/** Who answers scrapers on a machine; nobody where nothing is monitored. */
export function exportersOf(cluster: Cluster, host: string): readonly Exporter[] {
  const { monitoring } = cluster
  if (!monitoring || !isMonitored(cluster, host)) return []
  const { ports } = monitoring
  const balances = cluster.directors.some((one) => one.host === host)
  return [
    { of: 'node', port: ports.node },
    ...(balances && cluster.balancer === 'haproxy' ? [{ of: 'haproxy' as const, port: ports.haproxy }] : []),
    ...(runsNginx(cluster, host) ? [{ of: 'nginx' as const, port: ports.nginx }] : []),
  ]
}

function isMonitored({ directors, realservers }: Cluster, host: string): boolean {
  return [...directors, ...realservers].some((one) => one.host === host)
}

/** Whether nginx balances or serves there, with a configuration of ours. */
function runsNginx(cluster: Cluster, host: string): boolean {
  const balances = cluster.directors.some((one) => one.host === host) && proxyOf(cluster) === 'nginx'
  return balances || (cluster.backend === 'nginx' && backendHosts(cluster).some((one) => one.host === host))
}

const servers = { nginx: ['nginx'], apache: ['apache2'], tomcat: ['tomcat10'], none: [] } as const

/** The units without which a machine is of no use to the cluster, as Debian calls them. */
export function unitsOf(cluster: Cluster, host: string): readonly string[] {
  const { directors, front } = cluster
  const isDirector = directors.some((one) => one.host === host)
  const proxy = isDirector ? proxyOf(cluster) : undefined
  const serves = serversOf(cluster).some((one) => one.host === host)
  return [
    ...new Set([
      ...(isDirector && front === undefined ? ['keepalived'] : []),
      ...(proxy ? [proxy] : []),
      ...(serves ? servers[backendAt(cluster, host)] : []),
    ]),
  ]
}
