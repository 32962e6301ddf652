import type { Acme } from './acme.ts'
import type { Application } from './application.ts'

import type { DrillWindow } from './drill-windows.ts'
import type { Service } from './service.ts'
import type { ExtraLines } from './snippets.ts'
import type { RoutingRule, VirtualRoute } from './virtual-routes.ts'
import type {
  ClusterSettings,
  DirectorSettings,
  MonitoringSettings,
  NotifySettings,
  RealserverSettings,
  SourceSettings,
  VrrpSettings,
} from './vocabulary/index.ts'

export type { Service } from './service.ts'

/** A host of the inventory, as the HA model sees it. */
export interface Member {
  readonly name: string
  /** Name or address that Understudy connects to. */
  readonly address: string
  /** Port of the sshd that is connected to; absent where none is. */
  readonly sshPort?: number
  /** Who logs in there, where the inventory says it. */
  readonly login?: string
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
  readonly extra?: Said
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
  /** Where these are listed, as a problem's path: its own, or those of all VIPs. */
  readonly servicesAt: readonly PropertyKey[]
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
  /** Pages are run by PHP, with these packages beside. */
  readonly php?: { readonly packages: readonly string[] }
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
  readonly monitoring?: MonitoringSettings
  /** What is built on the machines rather than installed as a package. */
  readonly source: SourceSettings
  /** What has no word of its own, verbatim. */
  readonly extra: ExtraLines
}
