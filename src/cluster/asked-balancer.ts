import { ownLoopback } from './apart.ts'
import type { Cluster, Service } from './cluster.ts'
import { exportersOf } from './monitoring.ts'
import { proxyOf } from './proxies.ts'
import { ofBalancers } from './tiers.ts'

/** How a director asks its own balancer whether it is there. */
export interface AskedBalancer {
  readonly url: string
  /** Whether it takes nobody there who does not say first for whom he asks. */
  readonly hearsProxy: boolean
  /** Port on 127.0.0.1 where it is to answer that and nothing else; 0: where its clients ask it, it answers by itself. */
  readonly port: number
}

/** Ports from this one on, of which the first free one is taken: hardly anybody listens there, and Red Hat's policy lets nginx (http_port_t). */
const first = 488

/**
 * Where services are asked by HTTP that is one of them; in plain text if possible, as a handshake every second would be for nothing. Who
 * passes connections on says nothing itself, and its kernel takes connections for it also while it hangs.
 */
export function askedBalancer(cluster: Cluster): AskedBalancer {
  const services = cluster.vips.flatMap((vip) => vip.services)
  const all = services.filter(({ mode }) => mode === 'http').toSorted(byPlainness)
  const [found] = all
  if (!found) {
    const port = freePort(cluster, services)
    return { url: `http://${ownLoopback}:${port}${ofBalancers}`, hearsProxy: false, port }
  }
  const { tls, port, apart, proxyProtocol } = found
  const scheme = tls ? 'https' : 'http'
  return {
    url: `${scheme}://${apart?.own ?? ownLoopback}:${port}${ofBalancers}`,
    hearsProxy: proxyProtocol.in,
    port: 0,
  }
}

/** The port of `askedBalancer` of its own; 0 where there is none, or nobody asks. */
export function askedPortOf(cluster: Cluster): number {
  if (proxyOf(cluster) === undefined || cluster.vrrp.track.by === 'process') return 0
  return askedBalancer(cluster).port
}

function byPlainness(one: Service, other: Service): number {
  const rank = ({ tls, proxyProtocol, apart }: Service) =>
    (apart ? 4 : 0) + (tls ? 2 : 0) + (proxyProtocol.in ? 1 : 0)
  return rank(one) - rank(other)
}

function freePort(cluster: Cluster, services: readonly Service[]): number {
  const taken = new Set([
    ...services.flatMap(({ port, backendPort }) => [port, backendPort]),
    ...cluster.directors.flatMap(({ host }) => exportersOf(cluster, host).map(({ port }) => port)),
    ...(cluster.monitoring ? [cluster.monitoring.ports.nginx_status] : []),
  ])
  for (let port = first; ; port++) if (!taken.has(port)) return port
}
