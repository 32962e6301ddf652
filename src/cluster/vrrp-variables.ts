import type { Interface } from '../model/facts.ts'
import type { Knowledge } from '../model/task.ts'
import { inNetwork } from './addresses.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import { behind } from './behind.ts'
import { type WatchedRouter, watchedRouters } from './bfd.ts'
import type { Cluster, Director, IpvsTimeouts, Vip } from './cluster.ts'
import { globalLines } from './global-lines.ts'
import { handoverFile, homeOf } from './handover.ts'
import { type Links, linksOf, peersOf, speaksFrom } from './links.ts'
import { carrierOf, hasAddress, nearInterface, ownAddresses, prefixOf, vmacOf } from './network.ts'
import { type OwnCheck, ownChecksOf } from './own-checks.ts'
import { rivalsFor } from './priorities.ts'
import { proxyOf } from './proxies.ts'
import { routeWords, ruleWords } from './routes.ts'
import { companionsOf, eachAddress, groupsOf } from './together.ts'

/** The variable `vrrp` of a director: what its keepalived.conf says of VRRP. */
export interface VrrpVariables {
  readonly router_id: string
  readonly version: 2 | 3
  readonly auth: { readonly type: 'PASS' | 'AH'; readonly password: string } | false
  /** Lines of the user for `global_defs`, and what stands behind it, verbatim. */
  readonly globals: string
  readonly extra: string
  /** keepalived must not wait for other programs. */
  readonly hurried: boolean
  /** How the balancer beside keepalived is watched; `false`: there is none, or it is the kernel. */
  readonly track: TrackVariables | false
  /** How the services of a director that serves itself are asked. */
  readonly checks: readonly OwnCheck[]
  /** Where connections are told of to the other directors. */
  readonly sync: { readonly interface: string; readonly id: number } | false
  /** Seconds after which the kernel forgets connections; 0: it keeps what it has. */
  readonly timeouts: { readonly [Of in keyof IpvsTimeouts]-?: number } | false
  readonly notify: boolean
  /** Those who watch the cluster are told of states. */
  readonly noted: boolean
  /** Routers that are watched by BFD. */
  readonly bfd: readonly WatchedRouter[]
  /** Instances that move together. */
  readonly groups: readonly { readonly name: string; readonly instances: readonly string[] }[]
  readonly instances: readonly InstanceVariables[]
}

/** How keepalived watches a process or what a script says of it. */
export interface TrackVariables {
  readonly by: 'script' | 'process'
  readonly process: string
  /** 0 while the balancer runs, 1 otherwise: systemd writes it, keepalived reads it. */
  readonly file: string
  /** Seconds. */
  readonly interval: number
  readonly fall: number
  readonly rise: number
}

/** One VRRP instance on one director. Handlebars templates are strict, so nothing is ever absent. */
export interface InstanceVariables {
  readonly name: string
  readonly vip: string
  /** Addresses with their prefixes, and the interface where it is not that of the instance. */
  readonly virtual_addresses: readonly {
    readonly cidr: string
    readonly interface: string | false
    readonly label: string | false
  }[]
  /** Those that adverts do not name. */
  readonly excluded_addresses: InstanceVariables['virtual_addresses']
  /** Where VRRP is spoken. */
  readonly interface: string
  /** What carries the VIP, where VRRP is spoken on another interface: keepalived watches it, too. */
  readonly carrier: string | false
  /** The interface that keepalived makes for a VIP with a MAC address of VRRP, and whether VRRP is spoken beneath it. */
  readonly vmac: string | false
  readonly xmit_base: boolean
  /** The address from which multicast comes, where the inventory says one that the interface has. */
  readonly source: string | false
  /** Interfaces beside its own behind which realservers are. */
  readonly tracked: readonly string[]
  /** Routes and rules that come and go with the VIP. */
  readonly routes: readonly string[]
  readonly rules: readonly string[]
  readonly vrid: number
  readonly priority: number
  /** What is taken from the priority while the balancer, or the service of a director that serves itself, is down; 0: the VIP is given up at once. */
  readonly track_weight: number
  /** Keepalived adds the number in it to the priority. */
  readonly handover_file: string
  /** Names of the checks of its services, where the director serves them itself. */
  readonly checks: readonly string[]
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
  /** Lines, verbatim. */
  readonly extra: string
}

/** Where systemd tells keepalived whether the balancer runs. */
export const trackFile = '/var/lib/understudy/track/balancer'

/** So many addresses every peer takes in an advert, whatever its version and its network. */
const advertised = 20

/** keepalived.conf(5): a weight beyond it is passed over, and with it what is tracked. */
const MOST_WEIGHT = 253

/** The processes that proxies are to the kernel. */
const processes = { nginx: 'nginx', haproxy: 'haproxy' } as const

/** What keepalived.conf of a director says of VRRP. Throws NeedsFacts. */
export function vrrpOf(cluster: Cluster, director: Director, known: Knowledge): VrrpVariables {
  const { vrrp, connectionSync, notify, vips, extra } = cluster
  const { tcp = 0, tcp_fin = 0, udp = 0 } = cluster.ipvsTimeouts
  const checks = ownChecksOf(cluster, director, known)
  const proxy = proxyOf(cluster)
  const instances = vips.map((vip, index) => ({
    ...instanceOf(cluster, vip, director, known, index === 0),
    // Those that move together watch the same: where their priorities disagreed, they would contend for ever.
    checks: [...new Set(companionsOf(cluster, vip).flatMap(checks.namesFor))],
  }))
  const [first] = instances
  const own = globalLines(extra.keepalived)
  return {
    router_id: director.routerId,
    version: vrrp.version,
    auth: vrrp.auth_pass !== undefined && { type: vrrp.auth_type ?? 'PASS', password: vrrp.auth_pass },
    globals: own.globals,
    extra: own.outside,
    hurried: vrrp.profile === 'fast',
    track: proxy !== undefined && { ...vrrp.track, process: processes[proxy], file: trackFile },
    checks: checks.all,
    bfd: watchedRouters(cluster, director, known),
    sync: connectionSync && first !== undefined && { interface: first.interface, id: first.vrid },
    timeouts: tcp + tcp_fin + udp > 0 && { tcp, tcp_fin, udp },
    notify: notify !== undefined,
    noted: cluster.monitoring !== undefined,
    // A group of one moves with nothing, and keepalived refuses it.
    groups: [...groupsOf(cluster)]
      .filter(([, members]) => members.length > 1)
      .map(([name, members]) => ({ name, instances: members.map(({ instance }) => instance) })),
    instances,
  }
}

function instanceOf(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
  first: boolean,
): Omit<InstanceVariables, 'checks'> {
  const { vrrp, nat } = cluster
  const links = linksOf(cluster, vip, director, known)
  const facts = known.facts.get(director.host)
  // Both settings are ignored by keepalived in an instance that starts as MASTER.
  const waits = !vrrp.preempt || vrrp.preempt_delay > 0
  const peers = vrrp.unicast ? peersOf(cluster, vip, director, known) : []
  // keepalived refuses unicast to nobody: a director that is alone speaks to whoever listens.
  const unicast = peers.length > 0
  const also = [...vip.also, ...(first && nat ? [{ address: nat.gateway }] : [])]
  const all = eachAddress({ ...vip, also })
  const placed = (one: Vip) => {
    const device = facts && carrierOf(cluster, vip, one.address, director, facts)
    return virtualAddress(cluster, one, device ?? links.vip, links)
  }
  // An advert is of one family (RFC 5798, 5.2.9).
  const told = all.filter(({ family }) => family === vip.family).slice(0, advertised)
  return {
    name: vip.instance,
    vip: vip.address,
    virtual_addresses: told.map(placed),
    excluded_addresses: all.filter((one) => !told.includes(one)).map(placed),
    interface: links.vrrp.name,
    vmac: vip.vmac && vmacOf(vip),
    // keepalived.conf(5), use_vmac: unicast needs it. Otherwise switches learn from VRRP where the MAC address is.
    xmit_base: vip.vmac && unicast,
    carrier: links.vip.name !== links.vrrp.name && links.vip.name,
    source: !unicast && sourceOn(links.vrrp, vip, director),
    tracked: trackedBy(cluster, vip, director, known, links),
    // Without the interface keepalived would not watch the route, and refuse to be silent about it.
    routes: vip.routes.map(({ dev, ...route }) => {
      const near =
        route.via === undefined || facts === undefined
          ? undefined
          : nearInterface(cluster, { ...vip, address: route.via, family: route.family }, director, facts)
      return routeWords({ ...route, dev: dev ?? (near ?? links.vip).name })
    }),
    rules: vip.rules.map(ruleWords),
    vrid: vip.vrid,
    priority: vip.priorities.get(director.host) ?? 1,
    track_weight: vrrp.preempt ? -crossing(vip) : 0,
    handover_file: handoverFile(vip),
    state: vip.owner === director.host && !waits && isFirst(cluster, vip) ? 'MASTER' : 'BACKUP',
    owner: vip.owner,
    advert_interval: vrrp.advert_interval,
    nopreempt: !vrrp.preempt,
    preempt_delay: vrrp.preempt_delay,
    garp_refresh: vrrp.garp_refresh,
    unicast: unicast && { source: speaksFrom(cluster, vip, director, known), peers },
    extra: [vip.extra, vip.onDirectors.get(director.host)?.extra?.value ?? '']
      .filter((one) => one !== '')
      .join('\n'),
  }
}

/** Who may find somebody there listens first, as does who must learn where the others' AH has got to. */
function isFirst({ vrrp }: Cluster, vip: Vip): boolean {
  return vrrp.auth_type !== 'AH' && homeOf(vip) === vip.owner
}

/**
 * Enough to put the first below the last, even where a handover has put it one above the first: a weight that does
 * not cross the peers' priorities moves nothing.
 */
function crossing(vip: Vip): number {
  const all = rivalsFor(vip, 1)
  return Math.min(Math.max(...all) - Math.min(...all) + 2, MOST_WEIGHT)
}

/** What the inventory says of a director, where the interface has it. */
function sourceOn(device: Interface, vip: Vip, { host, address }: Director): string | false {
  const said = vip.onDirectors.get(host)?.address?.value ?? address
  return said !== undefined && hasAddress(device, said) && said
}

/** What it watches for itself and for those that move with it; the interfaces of the VIP and of VRRP are watched in any case. */
function trackedBy(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
  links: Links,
): readonly string[] {
  const all = companionsOf(cluster, vip).flatMap((one) => behindOthers(cluster, one, director, known))
  return [...new Set(all)].filter((name) => name !== links.vip.name && name !== links.vrrp.name).toSorted()
}

/** A director whose link to its realservers is down is of no use to clients. */
function behindOthers(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): readonly string[] {
  if (cluster.balancer === 'none') return []
  const device = linksOf(cluster, vip, director, known).vip
  const inward = behind(cluster, vip)
  const isNear = (one: Interface, address: string) =>
    ownAddresses(one, cluster, inward).some((own) => inNetwork(address, own))
  const far = cluster.realservers
    .map((realserver) => addressOf(cluster, inward, realserver, known))
    .filter((address) => !isNear(device, address))
  return Object.values(known.facts.get(director.host)?.interfaces ?? {})
    .filter((one) => one.name !== device.name && far.some((address) => isNear(one, address)))
    .map(({ name }) => name)
}

function virtualAddress(
  cluster: Cluster,
  vip: Vip,
  device: Interface,
  links: Links,
): InstanceVariables['virtual_addresses'][number] {
  const elsewhere = device.name !== links.vrrp.name
  return {
    cidr: `${vip.address}/${prefixOf(cluster, { ...vip, vmac: vip.vmac && !elsewhere }, device)}`,
    interface: elsewhere && device.name,
    label: vip.label !== undefined && `${device.name}:${vip.label}`,
  }
}
