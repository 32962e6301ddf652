import type { Interface } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { type Knowledge, NeedsFacts } from '../model/task.ts'
import type { Cluster, Director, Service, Vip } from './cluster.ts'
import { hostsOfCluster } from './hosts.ts'
import { addressByFacts, interfaceFor, knownAddress, type Machine, prefixOf } from './network.ts'

/** The variable `vrrp` of a director: what its keepalived.conf says of VRRP. */
export interface VrrpVariables {
  readonly router_id: string
  readonly version: 2 | 3
  readonly instances: readonly InstanceVariables[]
}

/** One VRRP instance on one director. Handlebars templates are strict, so nothing is ever absent. */
export interface InstanceVariables {
  readonly name: string
  readonly vip: string
  /** Address and prefix. */
  readonly virtual_address: string
  readonly interface: string
  readonly vrid: number
  readonly priority: number
  readonly state: 'MASTER' | 'BACKUP'
  readonly owner: string
  /** Seconds. */
  readonly advert_interval: number
  readonly nopreempt: boolean
  /** Seconds; 0: none. */
  readonly preempt_delay: number
  /** Seconds; 0: never. */
  readonly garp_refresh: number
  readonly unicast: false | { readonly source: string; readonly peers: readonly Peer[] }
}

/** A machine beside its address. */
export interface Peer {
  readonly host: string
  readonly address: string
}

/** One service of one VIP, as keepalived and IPVS know it. */
export interface VirtualServer {
  readonly vip: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  readonly scheduler: string
  readonly forwarding: 'DR'
  /** Seconds; 0: not persistent. */
  readonly persistence_timeout: number
  /** Seconds between two checks. */
  readonly delay_loop: number
  readonly check: CheckVariables
  readonly real_servers: readonly (Peer & { readonly port: number; readonly weight: number })[]
}

/** One health check in the words of keepalived.conf(5). */
export interface CheckVariables {
  readonly type: 'HTTP_GET' | 'SSL_GET' | 'TCP_CHECK'
  readonly request: false | { readonly path: string; readonly status: number; readonly host: string | false }
  readonly connect_port: number
  readonly connect_timeout: number
  readonly retry: number
  readonly delay_before_retry: number
}

/**
 * Variables a role or template of this host may use beside the inventory's own; none for a host without a
 * cluster. Those that rest on facts are computed when they are read, and throw NeedsFacts while facts are missing.
 */
export function clusterVariables(
  clusters: readonly Cluster[],
  known: Knowledge,
  host: string,
): Readonly<Record<string, unknown>> {
  const cluster = clusters.find((one) => hostsOfCluster(one).includes(host))
  if (!cluster) return {}
  const director = cluster.directors.find((one) => one.host === host)
  const isRealserver = cluster.realservers.some((one) => one.host === host)
  return {
    cluster_name: cluster.name,
    backend: cluster.backend,
    is_director: director !== undefined,
    is_realserver: isRealserver,
    is_client: cluster.clients.includes(host),
    page_ports: [
      ...new Set(cluster.vips.flatMap(({ services }) => services.map(({ backendPort }) => backendPort))),
    ],
    serves_ipv6: cluster.vips.some(({ family }) => family === 'ipv6'),
    loopback_vips: isRealserver ? cluster.vips.map(({ address }) => address) : [],
    ipvs_modules: director ? modulesOf(cluster) : [],
    get virtual_servers() {
      return director ? cluster.vips.flatMap((vip) => virtualServersOf(cluster, vip, known)) : []
    },
    get vrrp() {
      return director ? vrrpOf(cluster, director, known) : null
    },
  }
}

function modulesOf({ vips }: Cluster): readonly string[] {
  const schedulers = vips.flatMap(({ services }) => services.map(({ scheduler }) => `ip_vs_${scheduler}`))
  return ['ip_vs', ...new Set(schedulers)]
}

function vrrpOf(cluster: Cluster, director: Director, known: Knowledge): VrrpVariables {
  return {
    router_id: director.routerId,
    version: cluster.vrrp.version,
    instances: cluster.vips.map((vip) => instanceOf(cluster, vip, director, known)),
  }
}

function instanceOf(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): InstanceVariables {
  const { vrrp } = cluster
  const device = interfaceOf(cluster, vip, director, known)
  // Both settings are ignored by keepalived in an instance that starts as MASTER.
  const waits = !vrrp.preempt || vrrp.preempt_delay > 0
  return {
    name: vip.instance,
    vip: vip.address,
    virtual_address: `${vip.address}/${prefixOf(cluster, vip, device)}`,
    interface: device.name,
    vrid: vip.vrid,
    priority: vip.priorities.get(director.host) ?? 1,
    state: vip.owner === director.host && !waits ? 'MASTER' : 'BACKUP',
    owner: vip.owner,
    advert_interval: vrrp.advert_interval,
    nopreempt: !vrrp.preempt,
    preempt_delay: vrrp.preempt_delay,
    garp_refresh: vrrp.garp_refresh,
    unicast: vrrp.unicast && {
      source: addressOf(cluster, vip, director, known),
      peers: cluster.directors
        .filter(({ host }) => host !== director.host)
        .map((peer) => ({ host: peer.host, address: addressOf(cluster, vip, peer, known) })),
    },
  }
}

function interfaceOf(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): Interface {
  const facts = known.facts.get(director.host)
  if (!facts) throw new NeedsFacts(director.host)
  const device = interfaceFor(cluster, vip, director, facts)
  if (device) return device
  throw new Failure('INVALID_INPUT', `no interface of ${director.host} is in the network of ${vip.address}`, {
    where: { host: director.host },
    next: 'Correct the address of the VIP, or name the interface in director.',
  })
}

function virtualServersOf(cluster: Cluster, vip: Vip, known: Knowledge): readonly VirtualServer[] {
  return vip.services.map((service) => ({
    vip: vip.address,
    port: service.port,
    protocol: service.protocol === 'udp' ? 'UDP' : 'TCP',
    scheduler: service.scheduler,
    forwarding: 'DR',
    persistence_timeout: service.persistence ?? 0,
    delay_loop: service.check.interval,
    check: checkOf(service),
    real_servers: cluster.realservers.map((realserver) => ({
      host: realserver.host,
      address: addressOf(cluster, vip, realserver, known),
      port: service.backendPort,
      weight: realserver.weight,
    })),
  }))
}

const checkers = { http: 'HTTP_GET', https: 'SSL_GET', tcp: 'TCP_CHECK' } as const

function checkOf({ check, backendPort }: Service): CheckVariables {
  return {
    type: checkers[check.type],
    request: check.type !== 'tcp' && { path: check.path, status: check.status, host: check.host ?? false },
    connect_port: check.port ?? backendPort,
    connect_timeout: check.timeout,
    retry: check.retries,
    delay_before_retry: check.retry_delay,
  }
}

/** The address at which a VIP's director reaches a machine. Throws NeedsFacts where only the machine can tell. */
export function addressOf(cluster: Cluster, vip: Vip, machine: Machine, known: Knowledge): string {
  const told = knownAddress(machine, vip)
  if (told !== undefined) return told
  const facts = known.facts.get(machine.host)
  if (!facts) throw new NeedsFacts(machine.host)
  const found = addressByFacts(cluster, vip, facts)
  if (found !== undefined) return found
  throw new Failure('INVALID_INPUT', `${machine.host} has no address in the network of ${vip.address}`, {
    where: { host: machine.host },
    next: 'Set address in its variable director or realserver.',
  })
}
