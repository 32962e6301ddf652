import type { Knowledge } from '../model/task.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { endpointOf } from './ipvs-variables.ts'

/** One port that nginx or HAProxy of a director serves, for all VIPs. */
export interface ProxyVariables {
  /** Names the upstream or backend. */
  readonly name: string
  readonly port: number
  readonly mode: 'http' | 'tcp'
  readonly method: 'round robin' | 'least connections' | 'source'
  readonly sorry_page: boolean
  /** Lines, verbatim. */
  readonly extra: string
  readonly check: ProxyCheck
  readonly servers: readonly ProxyServer[]
}

/** A realserver as a proxy knows it. */
export interface ProxyServer extends Peer {
  /** Address and port. */
  readonly endpoint: string
  readonly weight: number
  readonly backup: boolean
  readonly max_fails: number
  /** Seconds. */
  readonly fail_timeout: number
}

/** A health check as HAProxy knows it. */
export interface ProxyCheck {
  readonly request:
    | false
    | {
        readonly path: string
        readonly status: number
        readonly host: string | false
        readonly tls: boolean
      }
  /** Port that is asked, where it is not that of the service. */
  readonly port: number | false
  /** Milliseconds. */
  readonly interval: number
  /** Milliseconds. */
  readonly timeout: number
  readonly fall: number
}

/** What nginx or HAProxy of the directors serve; empty under IPVS. Throws NeedsFacts. */
export function proxiesOf(cluster: Cluster, known: Knowledge): readonly ProxyVariables[] {
  if (cluster.balancer === 'ipvs') return []
  const ports = new Map<number, ProxyVariables>()
  for (const vip of cluster.vips)
    for (const service of vip.services)
      if (!ports.has(service.port)) ports.set(service.port, proxy(cluster, vip, service, known))
  return [...ports.values()]
}

const methods: Readonly<Record<string, ProxyVariables['method']>> = {
  rr: 'round robin',
  wrr: 'round robin',
  lc: 'least connections',
  wlc: 'least connections',
  sh: 'source',
}

function proxy(cluster: Cluster, vip: Vip, service: Service, known: Knowledge): ProxyVariables {
  const counts = service.scheduler.startsWith('w')
  return {
    name: `${cluster.name}_${service.port}`,
    port: service.port,
    mode: service.mode,
    method: methods[service.scheduler] ?? 'round robin',
    sorry_page: service.sorryPage,
    extra: service.extra,
    check: checkOf(service),
    servers: cluster.realservers.map((realserver) => ({
      ...reached(realserver.host, addressOf(cluster, vip, realserver, known), service.backendPort),
      weight: counts ? realserver.weight : Math.min(1, realserver.weight),
      backup: realserver.backup,
      max_fails: realserver.maxFails,
      fail_timeout: realserver.failTimeout,
    })),
  }
}

function checkOf({ check, backendPort }: Service): ProxyCheck {
  const port = 'port' in check ? (check.port ?? backendPort) : backendPort
  return {
    request: 'path' in check && {
      path: check.path,
      status: check.status,
      host: check.host ?? false,
      tls: check.type === 'https',
    },
    port: port !== backendPort && port,
    interval: Math.round(check.interval * 1000),
    timeout: Math.round(check.timeout * 1000),
    fall: check.retries + 1,
  }
}

function reached(host: string, address: string, port: number) {
  return { host, address, endpoint: endpointOf(address, port) }
}
