import { endpointOf } from '../model/endpoint.ts'
import type { ExpectedCluster, ExpectedService } from '../verify/expected.ts'
import type { Drain } from './drain.ts'
import { drainHaproxy } from './haproxy.ts'
import { drainIpvs, type IpvsPlace } from './ipvs.ts'
import { drainNginx } from './nginx.ts'

/**
 * How the directors of a cluster let a realserver out of those pools in which there are others; `id` tells this from everything else
 * that is done there.
 */
export function drainOf(cluster: ExpectedCluster, host: string, id: string): Drain {
  const places = placesOf(cluster, host).filter(isShared)
  if (cluster.balancer === 'haproxy') return drainHaproxy(host)
  if (cluster.balancer === 'nginx') return drainNginx(host, endpointsOf(places.map(({ server }) => server)))
  // Services that are one by a mark have one place in the table.
  const key = ({ vip, service: { mark, protocol, port } }: Place) => mark ?? `${protocol} ${vip} ${port}`
  const inTable = new Map(places.map((place) => [key(place), place])).values()
  return drainIpvs(id, host, [...inTable].map(ipvsPlace))
}

interface Place {
  readonly vip: string
  readonly service: ExpectedService
  readonly server: ExpectedService['servers'][number]
}

function placesOf({ vips }: ExpectedCluster, host: string): readonly Place[] {
  return vips.flatMap(({ address: vip, services }) =>
    services.flatMap((service) =>
      service.servers.filter((one) => one.host === host).map((server) => ({ vip, service, server })),
    ),
  )
}

/** Does anybody else serve the same? */
function isShared({ service, server }: Place): boolean {
  return service.servers.some(({ host }) => host !== server.host)
}

/** Whether one of these addresses and ports is its own. */
export function isOneOf(cluster: ExpectedCluster, host: string, endpoints: readonly string[]): boolean {
  return placesOf(cluster, host).some(({ server }) => endpoints.includes(endpointOf(server)))
}

/** Is it sent clients of any service? */
export function isAsked(cluster: ExpectedCluster, host: string): boolean {
  return placesOf(cluster, host).length > 0
}

/** Is there nothing that anybody else serves, too? Then its clients are not to be sent elsewhere. */
export function isAlone(cluster: ExpectedCluster, host: string): boolean {
  return !placesOf(cluster, host).some(isShared)
}

/** What it serves alone beside what others serve, too: it is not let out of that. */
export function servedAlone(cluster: ExpectedCluster, host: string): readonly string[] {
  const alone = placesOf(cluster, host).filter((place) => !isShared(place))
  return [...new Set(alone.map(({ service: { label, port } }) => label || `port ${port}`))]
}

function endpointsOf(servers: readonly Place['server'][]) {
  return [...new Map(servers.map((one) => [endpointOf(one), one])).values()]
}

function ipvsPlace({ vip, service, server }: Place): IpvsPlace {
  const { mark, protocol, port, forwarding, persistence } = service
  const at = endpointOf({ address: vip, port })
  const six = vip.includes(':')
  return {
    heading: mark === undefined ? `${protocol.toUpperCase()} ${at}` : `FWM ${mark}`,
    service:
      mark === undefined
        ? [protocol === 'udp' ? '-u' : '-t', at]
        : ['-f', String(mark), ...(six ? ['-6'] : [])],
    server: endpointOf({ address: server.address, port: mark === undefined ? server.port : 0 }),
    forwarding,
    weight: server.weight,
    persistent: persistence !== undefined,
  }
}
