import type { Cluster, Service } from './cluster.ts'
import type { Machine } from './network.ts'
import { poolOf, serversOf } from './servers.ts'
import type { ServiceSettings } from './vocabulary/index.ts'

/** Ports on which programs of the user's own answer, and not the server of the backend: on one machine, or on any. */
export function portsOfPrograms(
  cluster: Pick<Cluster, 'applications' | 'balancer' | 'directors' | 'realservers' | 'vips'>,
  host?: string,
): ReadonlySet<number> {
  const own = servicesAt(cluster, host).filter(({ isOwn }) => isOwn)
  return new Set([
    ...cluster.applications.flatMap(({ kind, port }) => (kind === 'service' ? [port] : [])),
    ...own.map(({ backendPort }) => backendPort),
  ])
}

/** What serves a port of the realservers for a service: the backend, or a program of the user's own. */
export function backendOn(
  { applications, backend }: Pick<Cluster, 'applications' | 'backend'>,
  service: Pick<ServiceSettings, 'backend' | 'backend_port' | 'port'>,
): Cluster['backend'] {
  const port = service.backend_port ?? service.port
  const isProgram = applications.some((one) => one.kind === 'service' && one.port === port)
  return isProgram ? 'none' : (service.backend ?? backend)
}

/** What runs of ours on a machine that serves: nothing, where each of its services has a server of the user's own. */
export function backendAt(cluster: Cluster, host: string): Cluster['backend'] {
  const services = servicesAt(cluster, host).filter(({ redirect }) => !redirect)
  const isProgram = ({ isOwn, backendPort }: Service) =>
    isOwn ||
    cluster.applications.some(
      ({ kind, port, hosts }) => kind === 'service' && port === backendPort && hosts.includes(host),
    )
  return services.length > 0 && services.every(isProgram) ? 'none' : cluster.backend
}

/** The machines on which the server of the backend runs. */
export function backendHosts(cluster: Cluster): readonly Machine[] {
  return serversOf(cluster).filter(({ host }) => backendAt(cluster, host) === cluster.backend)
}

/** The services that a machine serves; all of them where none is named. */
function servicesAt(
  cluster: Pick<Cluster, 'balancer' | 'directors' | 'realservers' | 'vips'>,
  host: string | undefined,
): readonly Service[] {
  const services = cluster.vips.flatMap((vip) => vip.services)
  if (host === undefined) return services
  if (cluster.balancer === 'none')
    return cluster.directors.some((director) => director.host === host) ? services : []
  return services.filter((service) => poolOf(cluster, service).some((one) => one.host === host))
}
