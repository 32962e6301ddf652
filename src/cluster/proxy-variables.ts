import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import { askedPort } from './asked-port.ts'
import { behind } from './behind.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { type HaproxyTimes, haproxyTimes } from './detection/haproxy.ts'
import { type NginxPatience, type NginxTimes, nginxPatience, nginxTimes } from './detection/nginx.ts'
import { type LimitVariables, limitVariables } from './limit-variables.ts'
import { type Proxy as Program, proxyOf } from './proxies.ts'
import { poolOf } from './servers.ts'
import { patternOf, type Statuses } from './statuses.ts'
import { lastAsked, routePattern, type StickyVariables, stickyVariables } from './sticky-variables.ts'
import {
  type BackendTlsVariables,
  backendTlsVariables,
  type Face,
  facesOf,
  type RedirectVariables,
  redirectVariables,
  type TlsVariables,
  tlsVariables,
} from './tls-variables.ts'

/** One port that nginx or HAProxy of a director serves, for all VIPs. */
export interface ProxyVariables {
  /** Names the upstream or backend. */
  readonly name: string
  readonly port: number
  readonly mode: 'http' | 'tcp'
  readonly method: 'round robin' | 'least connections' | 'source'
  readonly sorry_page: boolean
  /** How clients are spoken with over TLS; `false`: in plain text. */
  readonly tls: TlsVariables | false
  /** For nginx: one `server` for each certificate. */
  readonly faces: readonly Face[]
  /** Clients are sent there, and nothing is served. */
  readonly redirect: RedirectVariables | false
  /** How realservers are spoken with over TLS; `false`: in plain text. */
  readonly backend_tls: BackendTlsVariables | false
  /** Whether who connects says first for whom; and in which version realservers are told so, as HAProxy calls it. */
  readonly proxy_protocol: { readonly in: boolean; readonly out: 'send-proxy' | 'send-proxy-v2' | false }
  /** How clients come back to their realserver. */
  readonly sticky: StickyVariables | false
  /** What one client may take. */
  readonly limits: LimitVariables | false
  /** For HAProxy, in seconds; `0`: a realserver that is back gets its whole share at once. */
  readonly slow_start: number
  /**
   * The largest body of a request, as nginx writes it, `0` where realservers decide, and empty where lines of the user's say it; and
   * in bytes for HAProxy.
   */
  readonly max_body: string
  readonly max_body_bytes: number
  /** For HAProxy, in milliseconds; `0`: as of all services. */
  readonly answer_timeout: number
  /** Whether headers of the proxies before the cluster hold: where these speak the PROXY protocol, headers are what clients sent. */
  readonly headers_believed: boolean
  /** Lines, verbatim. */
  readonly extra: string
  /** For HAProxy. */
  readonly check: ProxyCheck
  /** For nginx. */
  readonly waits: ProxyWaits
  readonly servers: readonly ProxyServer[]
}

/** A realserver as a proxy knows it. */
export interface ProxyServer extends Peer, NginxPatience {
  /** Address and port. */
  readonly endpoint: string
  readonly weight: number
  readonly backup: boolean
  /** As regular expressions: a session of its own in a cookie of the application, and that nginx asked it last. */
  readonly route: string
  readonly asked: string
}

/** How nginx waits for realservers, and for what it goes to the next one. */
export interface ProxyWaits extends NginxTimes {
  /** Words of `proxy_next_upstream`. */
  readonly next: string
}

/** A health check as HAProxy knows it. */
export interface ProxyCheck extends HaproxyTimes {
  readonly request:
    | false
    | {
        readonly path: string
        /** `rstatus ^(…)$` where there may be several. */
        readonly status: string
        readonly host: string | false
        readonly tls: boolean
      }
  /** Port that is asked, where it is not that of the service. */
  readonly port: number | false
}

/** What nginx or HAProxy of the directors serve; empty where neither does. Throws NeedsFacts. */
export function proxiesOf(cluster: Cluster, known: Knowledge): readonly ProxyVariables[] {
  const program = proxyOf(cluster)
  if (!program) return []
  const ports = new Map<number, ProxyVariables>()
  for (const vip of cluster.vips)
    for (const service of vip.services)
      if (!ports.has(service.port)) ports.set(service.port, proxy(program, cluster, vip, service, known))
  return [...ports.values()]
}

const methods: Readonly<Record<string, ProxyVariables['method']>> = {
  rr: 'round robin',
  wrr: 'round robin',
  lc: 'least connections',
  wlc: 'least connections',
  sh: 'source',
}

function proxy(
  program: Program,
  cluster: Cluster,
  vip: Vip,
  service: Service,
  known: Knowledge,
): ProxyVariables {
  const counts = service.scheduler.startsWith('w')
  return {
    name: `${cluster.name}_${service.port}`,
    port: service.port,
    mode: service.mode,
    method: methods[service.scheduler] ?? 'round robin',
    sorry_page: service.sorryPage,
    tls: service.tls ? tlsVariables(program, service.port, service.tls) : false,
    faces: facesOf(service.port, service.tls),
    redirect: redirectVariables(service),
    backend_tls: backendTlsVariables(program, service),
    proxy_protocol: { in: service.proxyProtocol.in, out: wordOf(service.proxyProtocol.out) },
    max_body: service.maxBody ?? (sets('client_max_body_size', cluster, service) ? '' : '0'),
    max_body_bytes: bytesOf(service.maxBody ?? '0'),
    sticky: stickyVariables(service),
    limits: limitVariables(service),
    slow_start: service.slowStart ?? 0,
    answer_timeout: Math.round((service.answerTimeout ?? 0) * 1000),
    headers_believed: cluster.trustedProxies.length > 0 && !service.proxyProtocol.in,
    extra: service.extra,
    check: checkOf(service),
    waits: { ...nginxTimes(service), next: failuresOf(service) },
    servers: (service.redirect ? [] : poolOf(cluster, service)).map((realserver) => ({
      ...reached(
        realserver.host,
        addressOf(cluster, behind(cluster, vip), realserver, known),
        service.backendPort,
      ),
      weight: counts ? realserver.weight : Math.min(1, realserver.weight),
      backup: realserver.backup,
      ...nginxPatience(service, realserver),
    })),
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

function wordOf(out: Service['proxyProtocol']['out']): ProxyVariables['proxy_protocol']['out'] {
  if (out === false) return false
  return out === 'v1' ? 'send-proxy' : 'send-proxy-v2'
}

/** A check that asks for a page also looks at its status; one that only connects does not. */
function failuresOf({ check }: Service): string {
  return 'path' in check ? 'error timeout http_502 http_503 http_504' : 'error timeout'
}

function checkOf(service: Service): ProxyCheck {
  const { check, backendPort } = service
  const port = askedPort(check, backendPort)
  return {
    request: 'path' in check && {
      path: check.path,
      status: expectedBy(check.status),
      host: check.host ?? false,
      tls: check.type === 'https',
    },
    port: port !== backendPort && port,
    ...haproxyTimes(service),
  }
}

/** In the words of every HAProxy: lists and ranges are known since 2.2 only. */
function expectedBy(status: Statuses): string {
  return typeof status === 'number' ? `status ${status}` : `rstatus ^(${patternOf(status)})$`
}

function reached(host: string, address: string, port: number) {
  const endpoint = endpointOf({ address, port })
  return { host, address, endpoint, route: routePattern(host), asked: lastAsked(endpoint) }
}
