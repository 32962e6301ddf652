import type { Interface } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { canonical, inNetwork } from './addresses.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import type { Cluster, Director, Vip } from './cluster.ts'
import { handoverFile } from './handover.ts'
import { interfaceFor, ownAddresses, prefixOf } from './network.ts'
import { type OwnCheck, ownChecksOf } from './own-checks.ts'
import { proxyOf } from './proxies.ts'
import { companionsOf, groupsOf } from './together.ts'

/** The variable `vrrp` of a director: what its keepalived.conf says of VRRP. */
export interface VrrpVariables {
  readonly router_id: string
  readonly version: 2 | 3
  /** Lines for `global_defs`, verbatim. */
  readonly extra: string
  /** keepalived must not wait for other programs. */
  readonly hurried: boolean
  /** How the balancer beside keepalived is watched; `false`: there is none, or it is the kernel. */
  readonly track: TrackVariables | false
  /** How the services of a director that serves itself are asked. */
  readonly checks: readonly OwnCheck[]
  /** Where connections are told of to the other directors. */
  readonly sync: { readonly interface: string; readonly instance: string } | false
  readonly notify: boolean
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
  readonly interface: string
  /** The address from which multicast comes, where the inventory says one that the interface has. */
  readonly source: string | false
  /** Interfaces beside its own behind which realservers are. */
  readonly tracked: readonly string[]
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

/** The processes that proxies are to the kernel. */
const processes = { nginx: 'nginx', haproxy: 'haproxy' } as const

/** What keepalived.conf of a director says of VRRP. Throws NeedsFacts. */
export function vrrpOf(cluster: Cluster, director: Director, known: Knowledge): VrrpVariables {
  const { vrrp, connectionSync, notify, vips, extra } = cluster
  const checks = ownChecksOf(cluster, director, known)
  const proxy = proxyOf(cluster)
  const instances = vips.map((vip, index) => ({
    ...instanceOf(cluster, vip, director, known, index === 0),
    // Those that move together watch the same: where their priorities disagreed, they would contend for ever.
    checks: [...new Set(companionsOf(cluster, vip).flatMap(checks.namesFor))],
  }))
  const [first] = instances
  return {
    router_id: director.routerId,
    version: vrrp.version,
    extra: extra.keepalived,
    hurried: vrrp.profile === 'fast',
    track: proxy !== undefined && { ...vrrp.track, process: processes[proxy], file: trackFile },
    checks: checks.all,
    sync: connectionSync && first !== undefined && { interface: first.interface, instance: first.name },
    notify: notify !== undefined,
    groups: [...groupsOf(cluster)].map(([name, members]) => ({
      name,
      instances: members.map(({ instance }) => instance),
    })),
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
  const device = interfaceOf(cluster, vip, director, known)
  // Both settings are ignored by keepalived in an instance that starts as MASTER.
  const waits = !vrrp.preempt || vrrp.preempt_delay > 0
  const more = [...vip.also, ...(first && nat ? [{ address: nat.gateway }] : [])]
  return {
    name: vip.instance,
    vip: vip.address,
    virtual_addresses: [
      {
        cidr: `${vip.address}/${prefixOf(cluster, vip, device)}`,
        interface: false,
        label: labelOf(vip, device),
      },
      ...more.map((one) => virtualAddress(cluster, { ...vip, ...one }, director, known, device)),
    ],
    interface: device.name,
    source: !vrrp.unicast && sourceOn(device, director),
    tracked: trackedBy(cluster, vip, director, known, device),
    vrid: vip.vrid,
    priority: vip.priorities.get(director.host) ?? 1,
    track_weight: vrrp.preempt ? -crossing(vip) : 0,
    handover_file: handoverFile(vip),
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
    extra: vip.extra,
  }
}

/**
 * Enough to put the first below the last, even where a handover has put it one above the first: a weight that does
 * not cross the peers' priorities moves nothing.
 */
function crossing({ priorities }: Vip): number {
  const all = [...priorities.values()]
  return Math.max(...all) - Math.min(...all) + 2
}

function labelOf({ label }: Vip, { name }: Interface): string | false {
  return label !== undefined && `${name}:${label}`
}

/** What the inventory says of a director, where the interface has it. */
function sourceOn({ addresses }: Interface, { address }: Director): string | false {
  return address !== undefined && addresses.some((one) => canonical(one.address) === address) && address
}

/** What it watches for itself and for those that move with it; its own interface is watched in any case. */
function trackedBy(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
  device: Interface,
): readonly string[] {
  const all = companionsOf(cluster, vip).flatMap((one) => behindOthers(cluster, one, director, known))
  return [...new Set(all)].filter((name) => name !== device.name).toSorted()
}

/** A director whose link to its realservers is down is of no use to clients. */
function behindOthers(cluster: Cluster, vip: Vip, director: Director, known: Knowledge): readonly string[] {
  if (cluster.balancer === 'none') return []
  const device = interfaceOf(cluster, vip, director, known)
  const isNear = (one: Interface, address: string) =>
    ownAddresses(one, cluster, vip).some((own) => inNetwork(address, own))
  const far = cluster.realservers
    .map((realserver) => addressOf(cluster, vip, realserver, known))
    .filter((address) => !isNear(device, address))
  return Object.values(known.facts.get(director.host)?.interfaces ?? {})
    .filter((one) => one.name !== device.name && far.some((address) => isNear(one, address)))
    .map(({ name }) => name)
}

/** A VIP beside the first of its instance may be in the network of another interface. */
function virtualAddress(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
  usual: Interface,
): InstanceVariables['virtual_addresses'][number] {
  const device = interfaceOf(cluster, vip, { ...director, interface: undefined }, known)
  return {
    cidr: `${vip.address}/${prefixOf(cluster, vip, device)}`,
    interface: device.name !== usual.name && device.name,
    label: false,
  }
}

function interfaceOf(
  cluster: Cluster,
  vip: Vip,
  director: Pick<Director, 'host' | 'connection'> & { readonly interface?: string | undefined },
  known: Knowledge,
): Interface {
  const facts = known.facts.get(director.host)
  if (!facts) throw new NeedsFacts(director.host)
  const device = interfaceFor(cluster, vip, director, facts)
  if (device) return device
  throw new Failure('INVALID_INPUT', `no interface of ${director.host} is in the network of ${vip.address}`, {
    where: { host: director.host },
    next: 'Correct the address of the VIP, or name the interface in director.',
  })
}
