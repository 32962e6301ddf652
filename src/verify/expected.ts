import { addressOf, type Cluster, knownAddress, type Service, type Vip } from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { NeedsFacts } from '../model/task.ts'

/** One machine of the cluster. */
export interface ExpectedMember {
  readonly host: string
  readonly address: string
}

/** A realserver as one virtual service should know it. */
export interface ExpectedServer extends ExpectedMember {
  readonly port: number
  /** 0: gets no requests while others are there. */
  readonly weight: number
}

/** What a client should find behind one port of a VIP. */
export interface ExpectedService {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly scheduler: string
  /** Seconds. */
  readonly persistence?: number
  /** Where the service speaks HTTP: the page that is asked for. */
  readonly page?: { readonly scheme: 'http' | 'https'; readonly path: string }
  readonly sorryPage: boolean
  readonly servers: readonly ExpectedServer[]
}

export interface ExpectedVip {
  readonly address: string
  readonly services: readonly ExpectedService[]
}

/** A cluster as its proofs see it: what must be true, and where it can be seen. */
export interface ExpectedCluster {
  readonly name: string
  readonly balancer: 'ipvs' | 'nginx' | 'haproxy'
  readonly directors: readonly ExpectedMember[]
  readonly realservers: readonly ExpectedMember[]
  /** Machines that are neither director nor realserver, by name. */
  readonly observers: readonly string[]
  readonly vips: readonly ExpectedVip[]
}

/** A VIP on the device of every realserver that takes its packets. */
export interface CarriedVip {
  readonly address: string
  readonly device: 'lo' | 'tunl0'
}

/** The VIPs whose packets realservers take for themselves: direct routing and tunnels. */
export function vipsOnRealservers({ balancer, vips }: ExpectedCluster): readonly CarriedVip[] {
  if (balancer !== 'ipvs') return []
  return vips.flatMap(({ address, services }): readonly CarriedVip[] => {
    if (services.some(({ forwarding }) => forwarding === 'dr')) return [{ address, device: 'lo' }]
    return services.some(({ forwarding }) => forwarding === 'tun') ? [{ address, device: 'tunl0' }] : []
  })
}

/** What must be true of a cluster whose machines have these facts. */
export function expectedOf(cluster: Cluster, facts: ReadonlyMap<string, Facts>): ExpectedCluster {
  const member = ({ host, connection }: { readonly host: string; readonly connection: string }) => ({
    host,
    address: connection,
  })
  return {
    name: cluster.name,
    balancer: cluster.balancer,
    directors: cluster.directors.map(member),
    realservers: cluster.realservers.map(member),
    observers: cluster.clients,
    vips: cluster.vips.flatMap((vip) => {
      const services = vip.services.map((service) => expectedService(cluster, vip, service, facts))
      return [vip.address, ...vip.also.map(({ address }) => address)].map((address) => ({
        address,
        services,
      }))
    }),
  }
}

function expectedService(
  cluster: Cluster,
  vip: Vip,
  service: Service,
  facts: ReadonlyMap<string, Facts>,
): ExpectedService {
  const { protocol, port, forwarding, scheduler, persistence, sorryPage, check } = service
  const scheme = check.type === 'https' ? 'https' : 'http'
  return {
    protocol,
    port,
    forwarding,
    scheduler,
    sorryPage,
    ...(persistence === undefined ? {} : { persistence }),
    ...('path' in check ? { page: { scheme, path: '/' } } : {}),
    servers: cluster.realservers.map((realserver) => ({
      host: realserver.host,
      address: addressIn(cluster, vip, realserver, facts),
      port: service.backendPort,
      weight: realserver.backup ? 0 : realserver.weight,
    })),
  }
}

/** Is it known where to ask every realserver for its page, before any of them was asked? */
export function addressesAreKnown(cluster: Cluster): boolean {
  return cluster.vips.every((vip) =>
    cluster.realservers.every((realserver) => knownAddress(realserver, vip) !== undefined),
  )
}

/** Of a machine that cannot be asked its address, the one we connect to is the best guess. */
function addressIn(
  cluster: Cluster,
  vip: Vip,
  realserver: Cluster['realservers'][number],
  facts: ReadonlyMap<string, Facts>,
): string {
  try {
    return addressOf(cluster, vip, realserver, { facts, registered: new Map() })
  } catch (error) {
    if (error instanceof NeedsFacts || error instanceof Failure) return realserver.connection
    throw error
  }
}
