import type { Knowledge } from '../model/task.ts'
import { sitesOf } from './claims.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { type BalancerFace, balancerFaces } from './faces.ts'
import { type LimitVariables, limitVariables } from './limit-variables.ts'
import {
  backendName,
  type PoolVariables,
  type ProxyProtocolVariables,
  poolVariables,
  proxyProtocolOf,
} from './pool-variables.ts'
import { type Proxy as Program, proxyOf } from './proxies.ts'
import { type Routing, routingOf } from './routing-variables.ts'
import {
  type RedirectVariables,
  redirectVariables,
  type TlsVariables,
  tlsVariables,
} from './tls-variables.ts'

/** One port that nginx or HAProxy of a director serves, for all VIPs. */
export interface ProxyVariables {
  readonly name: string
  readonly port: number
  readonly mode: 'http' | 'tcp'
  /** Each of its services has one. */
  readonly sorry_page: boolean
  /** How clients are spoken with over TLS; `false`: in plain text. */
  readonly tls: TlsVariables | false
  /** For nginx: one `server` for each site and certificate. */
  readonly faces: readonly BalancerFace[]
  /** Clients are sent there, and nothing is served. */
  readonly redirect: RedirectVariables | false
  readonly proxy_protocol: ProxyProtocolVariables
  /** What one client may take. */
  readonly limits: LimitVariables | false
  /**
   * The largest body of a request, as nginx writes it, `0` where realservers decide, and empty where lines of the user's say it; and
   * in bytes for HAProxy.
   */
  readonly max_body: string
  readonly max_body_bytes: number
  /** Whether headers of the proxies before the cluster hold: where these speak the PROXY protocol, headers are what clients sent. */
  readonly headers_believed: boolean
  /** For HAProxy: how it tells which requests are whose; `false`: all are for the one pool. */
  readonly routing: Routing | false
  /** Lines, verbatim. */
  readonly extra: string
  /** Who serves it; nobody where clients are sent elsewhere. */
  readonly pools: readonly PoolVariables[]
}

/** What nginx or HAProxy of the directors serve; empty where neither does. Throws NeedsFacts. */
export function proxiesOf(cluster: Cluster, known: Knowledge): readonly ProxyVariables[] {
  const program = proxyOf(cluster)
  if (!program) return []
  const ports = new Map<number, ProxyVariables>()
  for (const vip of cluster.vips)
    for (const { port } of vip.services)
      if (!ports.has(port)) ports.set(port, proxy(program, cluster, vip, port, known))
  return [...ports.values()]
}

function proxy(program: Program, cluster: Cluster, vip: Vip, port: number, known: Knowledge): ProxyVariables {
  const services = vip.services.filter((one) => one.port === port)
  const [first, ...others] = services as [Service, ...Service[]]
  const isShared = others.length > 0 || first.claims !== undefined
  const sites = sitesOf(services)
  const named = services.map((service) => ({
    service,
    name: backendName(cluster, service),
    pool: service.redirect === undefined && poolVariables(program, cluster, vip, service, known),
  }))
  return {
    name: `${cluster.name}_${port}`,
    port,
    mode: first.mode,
    sorry_page: services.every(({ sorryPage }) => sorryPage),
    tls: first.tls ? tlsVariables(program, port, first.tls) : false,
    faces: balancerFaces(port, sites, named, first.tls?.certificates),
    redirect: isShared ? false : redirectVariables(first),
    proxy_protocol: proxyProtocolOf(first),
    limits: limitVariables(first),
    max_body: first.maxBody ?? (sets('client_max_body_size', cluster, first) ? '' : '0'),
    max_body_bytes: bytesOf(first.maxBody ?? '0'),
    headers_believed: cluster.trustedProxies.length > 0 && !first.proxyProtocol.in,
    routing: isShared && program === 'haproxy' && routingOf(port, sites, named),
    extra: first.extra,
    pools: named.flatMap(({ pool }) => pool || []),
  }
}

/** Do lines of the user's say it already? nginx takes a directive once. */
export function sets(directive: string, { extra }: Cluster, service?: Service): boolean {
  return [extra.nginx, service?.extra ?? ''].some((lines) =>
    new RegExp(`^[ \\t]*${directive}[ \\t]`, 'm').test(lines),
  )
}

/** `k`, `m` and `g` as nginx means them. */
function bytesOf(size: string): number {
  const power = 'kmg'.indexOf(size.slice(-1)) + 1
  return Number.parseInt(size, 10) * 1024 ** power
}
