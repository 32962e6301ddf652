import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { type AnswerVariables, answerVariables } from './answer-variables.ts'
import { portName } from './apart.ts'
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
import { familiesIn } from './together.ts'
import { saysDirective } from './usual-lines.ts'

/** One port that nginx or HAProxy of a director serves: for all VIPs, or for those behind which it means the same. */
export interface ProxyVariables {
  readonly name: string
  /** Names variables of nginx. */
  readonly id: string
  readonly port: number
  /** Where it listens, as the balancer writes it; each of them once. */
  readonly listens: readonly string[]
  /** For HAProxy: where it hears HTTP/3. */
  readonly listens_quic: readonly string[]
  /** On all addresses, those of its VIPs among them. */
  readonly of_all: boolean
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
  /** What becomes of answers. */
  readonly answers: AnswerVariables
  /** Whether headers of the proxies before the cluster hold: where these speak the PROXY protocol, headers are what clients sent. */
  readonly headers_believed: boolean
  /** For HAProxy: how it tells which requests are whose; `false`: all are for the one pool. */
  readonly routing: Routing | false
  /** For HAProxy: lines, verbatim. */
  readonly extra: string
  /** Who serves it; nobody where clients are sent elsewhere. */
  readonly pools: readonly PoolVariables[]
}

/** What nginx or HAProxy of the directors serve; empty where neither does. Throws NeedsFacts. */
export function proxiesOf(cluster: Cluster, known: Knowledge): readonly ProxyVariables[] {
  const program = proxyOf(cluster)
  if (!program) return []
  const ports = new Map<string, ProxyVariables>()
  for (const vip of cluster.vips)
    for (const port of new Set(vip.services.map(portName)))
      if (!ports.has(port)) ports.set(port, proxy(program, cluster, vip, port, known))
  return [...ports.values()]
}

function proxy(program: Program, cluster: Cluster, vip: Vip, name: string, known: Knowledge): ProxyVariables {
  const services = vip.services.filter((one) => portName(one) === name)
  const [first, ...others] = services as [Service, ...Service[]]
  const { port } = first
  const isShared = others.length > 0 || first.claims !== undefined
  const sites = sitesOf(services)
  const named = services.map((service) => ({
    service,
    name: backendName(cluster, service),
    pool: service.redirect === undefined && poolVariables(program, cluster, vip, service, known),
  }))
  return {
    name: `${cluster.name}_${name}`,
    id: name.replaceAll(/\W/g, '_'),
    port,
    listens: listensOf(program, cluster, first),
    listens_quic: familiesIn(cluster).has('ipv6')
      ? [`quic4@:${port}`, `quic6@:::${port} v6only`]
      : [`quic4@:${port}`],
    of_all: !first.apart,
    mode: first.mode,
    sorry_page: services.every(({ sorryPage }) => sorryPage),
    tls: first.tls ? tlsVariables(program, name, first.tls) : false,
    faces: balancerFaces(name, sites, named, {
      certificates: first.tls?.certificates,
      bodiesAreBound: [cluster.extra.nginx.http, first.extra.frontend].some((lines) =>
        saysDirective('client_max_body_size', lines),
      ),
    }),
    redirect: isShared ? false : redirectVariables(first),
    proxy_protocol: proxyProtocolOf(first),
    limits: limitVariables(first),
    answers: answerVariables(first),
    headers_believed: cluster.trustedProxies.length > 0 && !first.proxyProtocol.in,
    routing: isShared && program === 'haproxy' && routingOf(name, sites, named),
    extra: [...new Set(services.map(({ extra }) => extra.frontend).filter((one) => one !== ''))].join('\n'),
    pools: named.flatMap(({ pool }) => pool || []),
  }
}

/**
 * Who holds no VIP listens there all the same. nginx does so by itself, as another `listen` with its port is for all addresses; HAProxy
 * has a word for it.
 */
function listensOf(program: Program, cluster: Cluster, { port, apart }: Service): readonly string[] {
  const isIpv6 = familiesIn(cluster).has('ipv6')
  if (program === 'nginx')
    return apart
      ? [...apart.addresses, apart.own].map((address) => endpointOf({ address, port }))
      : [`${port}`, ...(isIpv6 ? [`[::]:${port}`] : [])]
  return apart
    ? [
        ...apart.addresses.map((address) => `${endpointOf({ address, port })} transparent`),
        endpointOf({ address: apart.own, port }),
      ]
    : [`:${port}`, ...(isIpv6 ? [`:::${port} v6only`] : [])]
}
