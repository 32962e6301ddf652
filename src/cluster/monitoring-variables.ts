import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { addressOf } from './addresses-of.ts'
import { askedPort } from './asked-port.ts'
import { behind } from './behind.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { virtualServersOf } from './ipvs-variables.ts'
import { exportersOf, unitsOf } from './monitoring.ts'
import { backendName } from './pool-variables.ts'
import { proxyOf } from './proxies.ts'
import { poolOf, serversOf } from './servers.ts'
import { patternOf } from './statuses.ts'
import { tlsFilesOf } from './tls-variables.ts'
import { eachAddress } from './together.ts'

/** What a machine is told of those who watch it. Handlebars templates are strict, so nothing is ever absent. */
export interface MonitoringVariables {
  readonly scrapers: readonly string[]
  /** Ports on which somebody answers them; 0: nobody does. */
  readonly node_port: number
  readonly haproxy_port: number
  readonly nginx_port: number
  /** On 127.0.0.1. */
  readonly status_port: number
  /** Some of them ask over IPv6. */
  readonly ipv6: boolean
  /** Programs without which the machine is of no use. */
  readonly units: readonly string[]
  /** VIPs that it may hold. */
  readonly vips: readonly { readonly address: string; readonly instance: string }[]
  readonly instances: readonly string[]
  /** It tells the other directors of IPVS connections. */
  readonly syncs: boolean
  /** Files of certificates. */
  readonly certificates: readonly string[]
  /** How it is known who of the realservers is well. */
  readonly watched: 'table' | 'haproxy' | 'asked' | false
  readonly realservers: readonly WatchedRealserver[]
}

/** A realserver of a service, by what its balancer calls both. */
export interface WatchedRealserver {
  readonly service: string
  readonly host: string
  /** The service and the realserver as `ipvsadm -Sn` writes them. */
  readonly table: string
  readonly endpoint: string
  /** Where its check asks. */
  readonly address: string
  readonly port: number
  /** How nginx, which has no table, would find out; `false`: it is asked for a connection alone. */
  readonly request: { readonly url: string; readonly host: string; readonly statuses: string } | false
  /** Who asks says first for whom (PROXY protocol). */
  readonly says_who: boolean
  /** Seconds. */
  readonly timeout: number
}

/** `false` where nobody watches. Throws NeedsFacts when what rests on them is read. */
export function monitoringVariables(
  cluster: Cluster,
  known: Knowledge,
  host: string,
): MonitoringVariables | false {
  const { monitoring, front } = cluster
  const exporters = exportersOf(cluster, host)
  if (!monitoring || exporters.length === 0) return false
  const portOf = (what: string) => exporters.find((one) => one.of === what)?.port ?? 0
  const balances = cluster.directors.some((one) => one.host === host)
  const serves = serversOf(cluster).some((one) => one.host === host)
  const vips = balances && front === undefined ? cluster.vips : []
  return {
    scrapers: monitoring.scrapers,
    node_port: portOf('node'),
    haproxy_port: portOf('haproxy'),
    nginx_port: portOf('nginx'),
    status_port: portOf('nginx') > 0 ? monitoring.ports.nginx_status : 0,
    ipv6: monitoring.scrapers.some((one) => one.includes(':')),
    units: unitsOf(cluster, host),
    vips: vips.flatMap((vip) => eachAddress(vip).map(({ address }) => ({ address, instance: vip.instance }))),
    instances: vips.map(({ instance }) => instance),
    syncs: balances && cluster.connectionSync && cluster.balancer === 'ipvs',
    certificates: tlsFilesOf(cluster, { balances, serves }).map(({ path }) => path),
    watched: balances ? watchedBy(cluster) : false,
    get realservers() {
      return balances ? realserversOf(cluster, known) : []
    },
  }
}

function watchedBy({ balancer }: Cluster): MonitoringVariables['watched'] {
  return ({ ipvs: 'table', haproxy: 'haproxy', nginx: 'asked', none: false } as const)[balancer]
}

function realserversOf(cluster: Cluster, known: Knowledge): readonly WatchedRealserver[] {
  // Who has no weight gets no requests because somebody wants it so.
  if (cluster.balancer === 'ipvs')
    return virtualServersOf(cluster, known).flatMap((one) =>
      one.real_servers
        .filter(({ weight }) => weight > 0)
        .map(({ host, endpoint, address, port }) => ({
          service: one.mark > 0 ? `fwmark:${one.mark}` : one.endpoint,
          host,
          table: `${one.mark > 0 ? '-f' : one.protocol === 'UDP' ? '-u' : '-t'} ${one.endpoint}`,
          ...{ endpoint, address, port },
          request: false,
          says_who: false,
          timeout: 0,
        })),
    )
  if (!proxyOf(cluster)) return []
  const all = cluster.vips.flatMap((vip) =>
    vip.services
      .filter(({ redirect }) => redirect === undefined)
      .flatMap((service) => ofPool(cluster, vip, service, known)),
  )
  return [...new Map(all.map((one) => [`${one.service} ${one.host}`, one])).values()]
}

function ofPool(
  cluster: Cluster,
  vip: Vip,
  service: Service,
  known: Knowledge,
): readonly WatchedRealserver[] {
  const { check, backendPort, backendTls, proxyProtocol } = service
  const port = askedPort(check, backendPort)
  const pool = poolOf(cluster, service).filter(({ weight }) => weight > 0)
  return pool.map((realserver) => {
    const address = addressOf(cluster, behind(cluster, vip), realserver, known)
    const endpoint = endpointOf({ address, port })
    const speaksTls = check.type === 'https' || (backendTls !== undefined && port === backendPort)
    return {
      service: backendName(cluster, service),
      host: realserver.host,
      table: '',
      ...{ endpoint, address, port },
      request: 'path' in check && {
        url: `${speaksTls ? 'https' : 'http'}://${endpoint}${check.path}`,
        host: check.host ?? '',
        statuses: patternOf(check.status),
      },
      says_who: proxyProtocol.out !== false && port === backendPort,
      timeout: Math.max(1, Math.ceil(check.timeout)),
    }
  })
}
