import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'
import { endsIdleByAnswer } from './program-versions.ts'
import { proxyOf } from './proxies.ts'

/** How connections that clients keep open are ended before nginx is reloaded. */
export interface KeptConnections {
  /** While this file is there, each answer is the last of its connection. */
  readonly mark: string
  /** Where clients connect, as ss(8) is asked for it. */
  readonly ports: string
}

/** Named as SELinux's policy has files that nginx may look at (`/run/nginx.*`). */
const mark = '/run/nginx.ending'

/** `false` where nothing is lost: HAProxy, later versions of nginx (`keepalive_min_timeout`), and connections that are passed on. */
export function endsKeptOf(cluster: Cluster, facts: Facts): KeptConnections | false {
  if (proxyOf(cluster) !== 'nginx' || endsIdleByAnswer('nginx', cluster, facts)) return false
  const services = cluster.vips.flatMap((vip) => vip.services).filter(({ mode }) => mode === 'http')
  const ports = [...new Set(services.map(({ port }) => `sport = :${port}`))]
  return ports.length > 0 && { mark, ports: ports.join(' or ') }
}
