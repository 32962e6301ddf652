import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import { type AnsweredCheck, answeredCheck, lookAt } from './answered-checks.ts'
import { portName } from './apart.ts'
import { askedPort } from './asked-port.ts'
import { behind } from './behind.ts'
import { bytesOf } from './bodies.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { type HaproxyTimes, haproxyTimes } from './detection/haproxy.ts'
import { type NginxPatience, type NginxTimes, nginxPatience, nginxTimes } from './detection/nginx.ts'
import type { Proxy as Program } from './proxies.ts'
import { countsWeights } from './schedulers.ts'
import { poolOf } from './servers.ts'
import type { ServiceLines } from './snippets.ts'
import { patternOf, type Statuses } from './statuses.ts'
import { lastAsked, routePattern, type StickyVariables, stickyVariables } from './sticky-variables.ts'
import { type BackendTlsVariables, backendTlsVariables } from './tls-variables.ts'

/** Whether who connects says first for whom; and in which version realservers are told so, as HAProxy calls it. */
export interface ProxyProtocolVariables {
  readonly in: boolean
  readonly out: 'send-proxy' | 'send-proxy-v2' | false
}

/** Realservers that serve alike: an upstream of nginx, a backend of HAProxy. */
export interface PoolVariables {
  readonly name: string
  readonly mode: 'http' | 'tcp'
  readonly method: 'round robin' | 'least connections' | 'source'
  readonly sorry_page: boolean
  /** How realservers are spoken with over TLS; `false`: in plain text. */
  readonly backend_tls: BackendTlsVariables | false
  readonly proxy_protocol: ProxyProtocolVariables
  /** How clients come back to their realserver. */
  readonly sticky: StickyVariables | false
  /** For HAProxy, in seconds; `0`: a realserver that is back gets its whole share at once. */
  readonly slow_start: number
  /** For HAProxy, in milliseconds; `0`: as of all services. */
  readonly answer_timeout: number
  /** For HAProxy: bytes of the largest body; `0`: any. */
  readonly max_body_bytes: number
  /** Lines, verbatim. */
  readonly extra: ServiceLines
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
  /** Command of the shell that tells how it is; '' where HAProxy has words for that. */
  readonly look: string
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
  /** Name as which one greets a mail server. */
  readonly helo: string | false
  readonly answered: AnsweredCheck | false
  /** Port that is asked, where it is not that of the service. */
  readonly port: number | false
}

const methods: Readonly<Record<string, PoolVariables['method']>> = {
  rr: 'round robin',
  wrr: 'round robin',
  lc: 'least connections',
  wlc: 'least connections',
  sh: 'source',
}

/** The realservers of a service as its balancer knows them. Throws NeedsFacts. */
export function poolVariables(
  program: Program,
  cluster: Cluster,
  vip: Vip,
  service: Service,
  known: Knowledge,
): PoolVariables {
  const counts = countsWeights(service.scheduler)
  return {
    name: backendName(cluster, service),
    mode: service.mode,
    method: methods[service.scheduler] ?? 'round robin',
    sorry_page: service.sorryPage,
    backend_tls: backendTlsVariables(program, service),
    proxy_protocol: proxyProtocolOf(service),
    sticky: stickyVariables(service, backendName(cluster, service)),
    slow_start: service.slowStart ?? 0,
    answer_timeout: Math.round((service.answerTimeout ?? 0) * 1000),
    max_body_bytes: bytesOf(service.maxBody ?? '0'),
    extra: service.extra,
    check: checkOf(service),
    waits: { ...nginxTimes(service), next: failuresOf(service) },
    servers: poolOf(cluster, service).map((realserver) => ({
      ...reached(service, realserver.host, addressOf(cluster, behind(cluster, vip), realserver, known)),
      weight: counts ? realserver.weight : Math.min(1, realserver.weight),
      backup: realserver.backup,
      ...nginxPatience(service, realserver),
    })),
  }
}

/** The PROXY protocol before and behind the balancer of a service. */
export function proxyProtocolOf({ proxyProtocol }: Service): ProxyProtocolVariables {
  const { in: heard, out } = proxyProtocol
  return { in: heard, out: out === false ? false : out === 'v1' ? 'send-proxy' : 'send-proxy-v2' }
}

/** What an upstream of nginx or a backend of HAProxy is called. */
export function backendName(
  { name }: Pick<Cluster, 'name'>,
  { label, ...service }: Pick<Service, 'port' | 'label' | 'apart'>,
): string {
  return `${name}_${portName(service)}${label === '' ? '' : `_${label}`}`
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
    helo: check.type === 'smtp' && (check.helo ?? 'localhost'),
    answered: answeredCheck(service) ?? false,
    port: port !== backendPort && port,
    ...haproxyTimes(service),
  }
}

/** In the words of every HAProxy: lists and ranges are known since 2.2 only. */
function expectedBy(status: Statuses): string {
  return typeof status === 'number' ? `status ${status}` : `rstatus ^(${patternOf(status)})$`
}

function reached(service: Service, host: string, address: string) {
  const endpoint = endpointOf({ address, port: service.backendPort })
  const look = lookAt(service, address)
  return { host, address, endpoint, look, route: routePattern(host), asked: lastAsked(endpoint) }
}
