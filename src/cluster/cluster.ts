import type { Acme } from './acme.ts'
import type { Apart } from './apart.ts'
import type { Application } from './application.ts'
import type { Claim } from './claim.ts'
import type { DrillWindow } from './drill-windows.ts'
import type { BackendTls, Redirect, ServiceTls } from './tls.ts'
import type {
  CheckSettings,
  ClusterSettings,
  DirectorSettings,
  LimitsSettings,
  NotifySettings,
  RealserverSettings,
  ServiceSettings,
  SourceSettings,
  VrrpSettings,
} from './vocabulary/index.ts'

/** A host of the inventory, as the HA model sees it. */
export interface Member {
  readonly name: string
  /** Name or address that Understudy connects to. */
  readonly address: string
  readonly groups: readonly string[]
  readonly cluster?: ClusterSettings
  readonly director?: DirectorSettings
  readonly realserver?: RealserverSettings
}

export type Family = 'ipv4' | 'ipv6'

/** A machine that may hold VIPs. */
export interface Director {
  readonly host: string
  readonly connection: string
  readonly routerId: string
  /** Where the inventory says it; found by facts otherwise. */
  readonly address?: string
  /** Commands of this computer that cut its power and bring it back. */
  readonly power?: { readonly off: string; readonly on: string }
}

/** A machine that does the work. */
export interface Realserver {
  readonly host: string
  readonly connection: string
  /** Where the inventory says it. */
  readonly address?: string
  readonly weight: number
  /** For balancers that understand requests. */
  readonly backup: boolean
  /** For nginx, where the inventory says them; they follow from the check otherwise. */
  readonly maxFails?: number
  /** Seconds. */
  readonly failTimeout?: number
}

/** What clients find behind one port of a VIP. */
export interface Service {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Where it is a range of ports, that have one service for all: the last of them. No check asks for it. */
  readonly until?: number
  /** Services of a VIP that say the same number here are one to the kernel, which knows them by a mark. */
  readonly marked?: number
  /** Port of the realservers. */
  readonly backendPort: number
  readonly mode: 'http' | 'tcp'
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly scheduler: ServiceSettings['scheduler']
  /** Seconds. */
  readonly persistence?: number
  /** Clients of one network count as one for it. */
  readonly granularity?: string
  /** Each datagram is scheduled by itself. */
  readonly onePacket: boolean
  /** Sum of the weights of realservers that are well below which it counts as gone, and how far around that it stays as it is. */
  readonly quorum: number
  readonly hysteresis: number
  /** A realserver that is not well stays in the kernel's table, with the weight 0. */
  readonly inhibits: boolean
  /** Clients speak TLS with the balancer, or with the director that serves. */
  readonly tls?: ServiceTls
  /** Nothing is served here: clients are sent there. */
  readonly redirect?: Redirect
  /** Realservers are spoken with over TLS: by the balancer, or by clients themselves where it only passes on. */
  readonly backendTls?: BackendTls
  /** Clients come back to their realserver by a cookie. */
  readonly sticky?: { readonly cookie: string; readonly by: 'balancer' | 'application' }
  /** What one client may take. */
  readonly limits?: LimitsSettings
  /** Seconds in which one that is back gets its whole share. */
  readonly slowStart?: number
  /** Seconds a realserver may take; absent: as its balancer has it. */
  readonly answerTimeout?: number
  /** Seconds for which what lasts may say nothing. */
  readonly tunnelTimeout: number
  /** The largest body of a request, such as `20m`. */
  readonly maxBody?: string
  /** Clients are told of by the PROXY protocol: to the balancer, and in which version by it. */
  readonly proxyProtocol: { readonly in: boolean; readonly out: 'v1' | 'v2' | false }
  /** Directors serve a page of their own while no realserver is left. */
  readonly sorryPage: boolean
  /** So does who serves that page while its turn has not come. */
  readonly inhibitsSorry: boolean
  /** Lines for the balancer, verbatim. */
  readonly extra: string
  readonly check: CheckSettings
  /** Those of the realservers that serve it; all of them where absent. */
  readonly pool?: readonly string[]
  /** Which requests on its port are for it; all that are for no other where absent. */
  readonly claims?: readonly Claim[]
  /** Sets it apart from the others on its port, by a name that it is asked by or that of its pool; empty where it needs neither. */
  readonly label: string
  /** Its port means something else behind other VIPs of the same balancer. */
  readonly apart?: Apart
}

/** What the inventory says, and the word that does. */
export interface Said {
  readonly value: string
  /** As that of a problem. */
  readonly path: readonly PropertyKey[]
}

/** What the inventory says of a VIP on one director; what it does not say is found by facts. */
export interface OnDirector {
  readonly interface?: Said
  /** Where VRRP is spoken for it, where that is not the interface that carries it. */
  readonly vrrpInterface?: Said
  /** From which VRRP is spoken for this VIP. */
  readonly address?: Said
  /** Lines of keepalived.conf for its instance there, verbatim. */
  readonly extra: string
}

/** A virtual address, those that move with it, and the VRRP instance that carries them. */
export interface Vip {
  readonly address: string
  readonly also: readonly VirtualAddress[]
  readonly family: Family
  /** Where the inventory says it; the interface's otherwise. */
  readonly prefix?: number
  readonly vrid: number
  readonly instance: string
  /** It has a MAC address of its own, on an interface that keepalived makes. */
  readonly vmac: boolean
  /** What it bears behind the name of its interface. */
  readonly label?: string
  /** VIPs with the same one move together. */
  readonly together?: string
  /** The director that holds the VIP while all are well. */
  readonly owner: string
  /** VRRP priority of each director, by host; no two are equal. */
  readonly priorities: ReadonlyMap<string, number>
  /** Others that may hold it, which are no machines of the inventory. */
  readonly peers: readonly UnmanagedPeer[]
  /** What else is said of it on each director, by host. */
  readonly onDirectors: ReadonlyMap<string, OnDirector>
  /** What its holder alone has of routes and rules. */
  readonly routes: readonly VirtualRoute[]
  readonly rules: readonly RoutingRule[]
  readonly services: readonly Service[]
  /** Lines of keepalived.conf, verbatim. */
  readonly extra: string
}

/** A director that somebody else manages. */
export interface UnmanagedPeer {
  readonly name: string
  readonly address: string
  /** Where it is known. */
  readonly priority?: number
}

/** A route that moves with a VIP. */
export interface VirtualRoute {
  readonly family: Family
  /** With its prefix. */
  readonly to: string
  readonly via?: string
  readonly dev?: string
  readonly src?: string
  /** Absent: the main one. */
  readonly table?: number
  readonly metric?: number
}

/** A rule about which table of routes counts, which moves with a VIP. */
export interface RoutingRule {
  readonly family: Family
  readonly priority: number
  readonly table: number
  readonly from?: string
  readonly to?: string
  readonly iif?: string
  readonly fwmark?: number
}

/** An address with its prefix, where the inventory says one. */
export interface VirtualAddress {
  readonly address: string
  readonly prefix?: number
}

/** Seconds after which the kernel forgets connections of each kind. */
export interface IpvsTimeouts {
  readonly tcp?: number | undefined
  readonly tcp_fin?: number | undefined
  readonly udp?: number | undefined
}

/** The way back through the directors. */
export interface NatReturn {
  readonly gateway: string
  /** Networks in CIDR form. */
  readonly clients: readonly string[]
  /** Who gets out through the directors with their address: the realservers, or networks in CIDR form. */
  readonly masquerade?: 'realservers' | readonly string[]
}

/** The machine that has the pages of all realservers. */
export interface NfsServer {
  readonly host: string
  readonly connection: string
  /** Where the inventory says it. */
  readonly address?: string
  readonly export: string
  readonly exportOptions: string
  readonly mountOptions: string
}

/** What may be done to a cluster, and when. */
export interface Protection {
  /** Whoever interrupts what clients get types its name. */
  readonly protected: boolean
  readonly drills: 'always' | 'ask' | 'never'
  /** Times in which drills may begin; absent: any. */
  readonly windows?: readonly DrillWindow[]
  /** Seconds a drill or a handover may take from clients. */
  readonly maxOutage?: number
}

/** A cluster, resolved: every default filled in, every machine known by name. */
export interface Cluster {
  readonly name: string
  readonly protection: Protection
  /** `none`: the director that holds a VIP serves what is behind it. */
  readonly balancer: 'ipvs' | 'nginx' | 'haproxy' | 'none'
  readonly backend: 'nginx' | 'apache' | 'tomcat' | 'none'
  /** What the realservers balance in turn: the cluster whose directors they are. */
  readonly behind?: Cluster
  /**
   * Name of the cluster that this one stands behind. The VIPs are those of that one, and lead to all directors at once: no
   * keepalived moves them here.
   */
  readonly front?: string
  readonly directors: readonly Director[]
  readonly realservers: readonly Realserver[]
  /** Hosts that are neither, by name: the cluster is looked at from them. */
  readonly clients: readonly string[]
  /** Clients at once on each director; absent: by its memory. */
  readonly maxConnections?: number
  /** Tomcats tell each other of sessions, by this key and port. */
  readonly sessions?: { readonly key: string; readonly port: number }
  /** Who is believed about clients, before the cluster; addresses or networks. */
  readonly trustedProxies: readonly string[]
  readonly vrrp: VrrpSettings
  readonly vips: readonly Vip[]
  readonly nat?: NatReturn
  readonly nfs?: NfsServer
  readonly applications: readonly Application[]
  /** Machines know each other by name, in this domain where their names have none. */
  readonly hostsEntries: boolean | { readonly domain: string }
  readonly sshTrust: boolean
  /** Who issues certificates. */
  readonly acme?: Acme
  /** Clocks are kept by chrony, from these servers. */
  readonly time?: { readonly servers: readonly string[] }
  readonly connectionSync: boolean
  /** How long the kernel remembers connections; what is not said keeps its value. */
  readonly ipvsTimeouts: IpvsTimeouts
  /** Directors keep a copy of their IPVS table. */
  readonly ipvsadmRules: boolean
  readonly notify?: NotifySettings
  /** What is built on the machines rather than installed as a package. */
  readonly source: SourceSettings
  /** What has no word of its own, verbatim. */
  readonly extra: { readonly keepalived: string; readonly nginx: string; readonly haproxy: string }
}
