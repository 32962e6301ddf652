import {
  anyName,
  backendHosts,
  type Cluster,
  claimantOf,
  eachAddress,
  type IpvsTimeouts,
  markOf,
  type NamedRouter,
  ofItsFamily,
  packetMarksOf,
  placeOf,
  portsOfPrograms,
  routersOf,
  type Shares,
  serversOf,
  sorryAddressOf,
  tunnelDeviceOf,
  type Vip,
} from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { type SharedPages, sharedBy } from './expected-addresses.ts'
import { advertsOf, isWhereVrrpIs, type Links, linksOf, macOf } from './expected-links.ts'
import { type ExpectedMonitoring, monitoringOf } from './expected-monitoring.ts'
import {
  type Balanced,
  type ExpectedMember,
  type ExpectedService,
  expectedService,
} from './expected-service.ts'
import { unitsOf } from './expected-units.ts'

export type {
  ExpectedHealth,
  ExpectedMember,
  ExpectedPage,
  ExpectedServer,
  ExpectedService,
} from './expected-service.ts'

export interface ExpectedVip {
  readonly address: string
  /** The VRRP instance that carries it. */
  readonly instance: string
  readonly vrid: number
  /** Milliseconds; absent where lines of the user's own may say another one. */
  readonly advertInterval?: number
  /** VRRP priority of each director. */
  readonly priorities: ReadonlyMap<string, number>
  /** Others that may hold it, which nobody manages here. */
  readonly peers: Vip['peers']
  /** Its instance has a MAC address of VRRP. */
  readonly vmac?: true
  /** The MAC address that answers for it, where it is one of VRRP's. */
  readonly mac?: string
  /** Interfaces of each director that could be asked: the one that carries the address, and the one on which VRRP is spoken. */
  readonly links: Links
  /** To whom directors send adverts of it by address, by their names, as far as it is known; `multicast`: to whoever listens. */
  readonly adverts: ReadonlyMap<string, readonly string[]> | 'multicast'
  /** The first of the directors takes it from whoever holds it. */
  readonly preempt: boolean
  /** What comes and goes with its instance. */
  readonly routes: Vip['routes']
  readonly rules: Vip['rules']
  readonly services: readonly ExpectedService[]
  /** Ports on which only some names are served, and the others refused. */
  readonly refuses?: readonly { readonly port: number; readonly scheme: 'http' | 'https' }[]
}

/** How answers get back to clients under address translation: networks in CIDR form, through an address that moves with the VIP. */
export type WayBack = Pick<NonNullable<Cluster['nat']>, 'gateway' | 'clients'>

/** A cluster as its proofs see it: what must be true, and where it can be seen. */
export interface ExpectedCluster {
  readonly name: string
  /** `none`: directors serve themselves, each of them what is behind every VIP. */
  readonly balancer: 'ipvs' | 'nginx' | 'haproxy' | 'none'
  /** What serves on realservers, or on directors that serve themselves, by the names of its units; empty where that is nobody's business. */
  readonly servers: readonly string[]
  /** Ports of each of these on which something of the user's own does. */
  readonly ownPorts: ReadonlyMap<string, ReadonlySet<number>>
  readonly directors: readonly ExpectedMember[]
  readonly realservers: readonly ExpectedMember[]
  /** Machines that are neither director nor realserver, by name. */
  readonly observers: readonly string[]
  /** Seconds after which the kernel of each director forgets connections; what is not said may be anything. */
  readonly timeouts: IpvsTimeouts
  /** Each director tells the others of its connections. */
  readonly tellsConnections: boolean
  /** Each director marks packets, or masquerades those of others. */
  readonly changesPackets: boolean
  /** Where answers have to pass the directors. */
  readonly wayBack?: WayBack
  readonly vips: readonly ExpectedVip[]
  readonly nfs?: SharedPages
  readonly monitoring?: ExpectedMonitoring
  /** Routers that each director watches by BFD. */
  readonly routers?: readonly NamedRouter[]
  /** What realservers run of the user's own, where it lies and is known of, and the link that leads to the version which serves. */
  readonly applications: readonly {
    readonly name: string
    readonly hosts: readonly string[]
    readonly base: string
    readonly state: string
    readonly current: string
  }[]
  /** Hosts that have pages run by PHP. */
  readonly php?: readonly string[]
  /** The cluster whose directors the realservers are. */
  readonly behind?: ExpectedCluster
  /** It stands behind another: its directors have no keepalived, and take what comes for the VIPs all at once. */
  readonly isBehind?: true
}

/** A cluster, and the one that stands behind it, where one does: from the clients inwards. */
export function expectedTiers(cluster: ExpectedCluster): readonly ExpectedCluster[] {
  return cluster.behind ? [cluster, cluster.behind] : [cluster]
}

/** The same cluster with those servers of its services alone for which that holds. */
export function withServers(
  tier: ExpectedCluster,
  isThere: (vip: string, service: ExpectedService, server: ExpectedService['servers'][number]) => boolean,
): ExpectedCluster {
  return {
    ...tier,
    vips: tier.vips.map((vip) => ({
      ...vip,
      services: vip.services.map((service) => ({
        ...service,
        servers: service.servers.filter((server) => isThere(vip.address, service, server)),
      })),
    })),
  }
}

/** What balances in turn what a service sends: the service of the cluster behind that listens there. */
export function serviceBehind(
  behind: ExpectedCluster | undefined,
  { servers }: ExpectedService,
): ExpectedService | undefined {
  const services = behind?.vips.flatMap((vip) => vip.services)
  return services?.find(({ port }) => port === servers[0]?.port)
}

/** A VIP on the device of every realserver that takes its packets. */
export interface CarriedVip {
  readonly address: string
  readonly device: 'lo' | 'tunl0' | 'ip6tnl0'
}

/** The VIPs whose packets a realserver takes for itself, of the services that it serves: direct routing and tunnels. */
export function vipsOnRealserver({ balancer, vips }: ExpectedCluster, host: string): readonly CarriedVip[] {
  if (balancer !== 'ipvs') return []
  return vips.flatMap(({ address, services: all }): readonly CarriedVip[] => {
    const services = all.filter(({ servers }) => servers.some((one) => one.host === host))
    if (services.some(({ forwarding }) => forwarding === 'dr')) return [{ address, device: 'lo' }]
    return services.some(({ forwarding }) => forwarding === 'tun')
      ? [{ address, device: tunnelDeviceOf(address) }]
      : []
  })
}

/** What must be true of a cluster whose machines have these facts. */
export function expectedOf(cluster: Cluster, facts: ReadonlyMap<string, Facts>): ExpectedCluster {
  const member = ({ host, connection }: { readonly host: string; readonly connection: string }) => ({
    host,
    address: connection,
  })
  const behind = cluster.behind && expectedOf(cluster.behind, facts)
  return {
    name: cluster.name,
    balancer: cluster.balancer,
    servers: behind ? [`${behind.balancer}.service`] : unitsOf[cluster.backend],
    ownPorts: new Map(serversOf(cluster).map(({ host }) => [host, portsOfPrograms(cluster, host)])),
    ...(behind ? { behind } : {}),
    ...sharedBy(cluster, facts),
    ...(cluster.php ? { php: backendHosts(cluster).map(({ host }) => host) } : {}),
    ...monitoringOf(cluster),
    ...(cluster.vrrp.bfd.length > 0 ? { routers: routersOf(cluster) } : {}),
    applications: cluster.applications.map((one) => ({
      name: one.name,
      hosts: one.hosts,
      ...placeOf(one),
    })),
    ...(cluster.front === undefined ? {} : { isBehind: true }),
    directors: cluster.directors.map(member),
    realservers: cluster.realservers.map(member),
    observers: cluster.clients,
    timeouts: cluster.ipvsTimeouts,
    changesPackets: packetMarksOf(cluster).length > 0 || cluster.nat?.masquerade !== undefined,
    ...(cluster.nat ? { wayBack: cluster.nat } : {}),
    tellsConnections: cluster.connectionSync && cluster.balancer === 'ipvs' && cluster.directors.length > 1,
    vips: cluster.vips.flatMap((vip) => {
      const asked = vip.services.filter(({ until }) => until === undefined)
      const servicesAt = (address: string) =>
        asked.map((service) =>
          asBalancedAgain(
            expectedService(cluster, ofItsFamily(cluster, vip, address), service, facts),
            cluster,
            behind,
          ),
        )
      const extra = [vip.extra, ...[...vip.onDirectors.values()].map((one) => one.extra?.value ?? '')].join(
        '\n',
      )
      return eachAddress(vip).map(({ address, family }) => ({
        address,
        ...(vip.vmac ? { vmac: true as const } : {}),
        instance: vip.instance,
        vrid: vip.vrid,
        ...(/\badvert_int\b/.test(extra) ? {} : { advertInterval: cluster.vrrp.advert_interval * 1000 }),
        priorities: vip.priorities,
        peers: vip.peers,
        // keepalived holds what is of the other family on the interface beneath.
        ...(vip.vmac && family === vip.family && isWhereVrrpIs(cluster, vip, address, facts)
          ? { mac: macOf(vip) }
          : {}),
        // Lines of the user's own may say another one, too.
        links: /\b(interface|use_vmac|use_ipvlan)\b/.test(extra)
          ? new Map()
          : linksOf(cluster, vip, address, facts),
        adverts: advertsOf(cluster, vip, facts, extra),
        preempt: cluster.vrrp.preempt && !/^\s*nopreempt\b/m.test(extra),
        routes: vip.routes,
        rules: vip.rules,
        ...refusing(asked),
        services: servicesAt(address).map((service) => ({
          ...withSorryServer(service, address),
          ...(service.marked === undefined ? {} : { mark: markOf(vip, address, service) }),
        })),
      }))
    }),
  }
}

/**
 * What was expected before anybody was asked, with the links that only the machines can tell: what was asked meanwhile stays
 * as it was.
 */
export function withLinks(
  guess: ExpectedCluster,
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): ExpectedCluster {
  const told = expectedOf(cluster, facts).vips
  return {
    ...guess,
    vips: guess.vips.map(({ mac: _, ...vip }, at) => {
      const { links = vip.links, adverts = vip.adverts, mac } = told[at] ?? {}
      return { ...vip, links, adverts, ...(mac === undefined ? {} : { mac }) }
    }),
  }
}

/** Of a name that nobody has; absent where every port has somebody for it. */
function refusing(services: Vip['services']): Pick<ExpectedVip, 'refuses'> {
  const ports = [...new Set(services.filter(({ claims }) => claims).map(({ port }) => port))]
  const refuses = ports.flatMap((port) => {
    const own = services.filter((one) => one.port === port)
    const scheme = own.some(({ tls }) => tls) ? ('https' as const) : ('http' as const)
    return claimantOf({ host: anyName, path: '/' }, own) ? [] : [{ port, scheme }]
  })
  return refuses.length > 0 ? { refuses } : {}
}

/** The table names the director's own address in the family of the VIP, to which nothing is translated. */
function withSorryServer({ waits, marked, ...service }: Balanced, vip: string): ExpectedService {
  const port = marked === undefined ? service.port : 0
  const forwarding = service.forwarding === 'nat' ? 'dr' : service.forwarding
  return waits ? { ...service, sorryServer: { address: sorryAddressOf(vip), port, forwarding } } : service
}

/** What is behind says which page there is; where it passes on connections alone, no answer tells who did. */
function asBalancedAgain(service: Balanced, cluster: Cluster, behind: ExpectedCluster | undefined): Balanced {
  const inner = serviceBehind(behind, service)
  if (!inner) return service
  const { redirect, tls } = inner
  if (redirect) {
    const { page: _, ...rest } = service
    return { ...rest, redirect }
  }
  const page = inner.page ?? service.page
  const port = service.servers[0]?.port
  const mode = cluster.behind?.vips.flatMap(({ services }) => services).find((one) => one.port === port)?.mode
  const shares: Shares =
    mode === 'tcp' ? { is: 'none', why: 'no answer tells who passed it on' } : service.shares
  return { ...service, ...(page ? { page } : {}), ...(tls ? { tls } : {}), shares }
}
