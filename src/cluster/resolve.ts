import { acmeOf } from './acme.ts'
import { canonical, familyOf } from './addresses.ts'
import { applicationsOf } from './applications.ts'
import { familyBehind } from './behind.ts'
import { networkOf } from './clients-told.ts'
import type {
  Cluster,
  Director,
  Member,
  NatReturn,
  NfsServer,
  Realserver,
  Service,
  Vip,
  VirtualAddress,
} from './cluster.ts'
import { inGroupOf } from './hosts.ts'
import { monitoringOf } from './monitoring.ts'
import { onDirector, saidPriority } from './on-directors.ts'
import { prioritiesFor } from './priorities.ts'
import type { ClusterProblem } from './problem.ts'
import { protectionOf } from './protection.ts'
import { routingOf } from './routes.ts'
import { problemsBetween, problemsOf } from './rules/index.ts'
import type { Moment } from './rules/subject.ts'
import { servicesOf } from './services.ts'
import { setApart } from './setting-apart.ts'
import { extraLines } from './snippets.ts'
import { behindOf } from './tiers.ts'
import { byTls } from './tls.ts'
import { unmanagedPeers } from './unmanaged.ts'
import { type ClusterSettings, withProfile } from './vocabulary/index.ts'

/**
 * Every cluster the inventory describes, and all that is wrong or doubtful about them; without a moment, whether certificates
 * hold is not asked.
 */
export function resolveClusters(
  members: readonly Member[],
  moment?: Moment,
): {
  readonly clusters: readonly Cluster[]
  readonly problems: readonly ClusterProblem[]
} {
  const names = new Set(members.flatMap(({ cluster }) => cluster?.name ?? []))
  const written = [...names].flatMap((name): readonly Written[] => {
    const own = members.filter(({ cluster }) => cluster?.name === name)
    const [speaker] = own
    return speaker?.cluster ? [{ settings: speaker.cluster, speaker: speaker.name, members: own }] : []
  })
  const subjects = written.map((one) => ({
    cluster: tierOf(one, written),
    ...one,
    all: members,
    ...(moment ? { moment } : {}),
  }))
  return {
    // One that stands behind another is part of that one.
    clusters: subjects.map(({ cluster }) => cluster).filter(({ front }) => front === undefined),
    problems: [...subjects.flatMap(problemsOf), ...problemsBetween(subjects)],
  }
}

/** A cluster as its hosts are told of it. */
interface Written {
  readonly settings: ClusterSettings
  /** The first of them. */
  readonly speaker: string
  readonly members: readonly Member[]
}

/** The same with what is served on some addresses alone. */
function placed(cluster: Cluster): Cluster {
  return { ...cluster, vips: setApart(cluster) }
}

/** A cluster with what the one before it, or the one behind it, says of it. */
function tierOf(one: Written, all: readonly Written[]): Cluster {
  const front = all.find((other) => behindOf(other.settings) === one.settings.name)
  if (front && front !== one) return standingBehind(front, one)
  const own = placed(resolve(one.settings, one.members))
  const behind = all.find((other) => other !== one && other.settings.name === behindOf(one.settings))
  if (!behind) return own
  const deeper = standingBehind(one, behind)
  return {
    ...own,
    realservers: inGroupOf(behind.members)(behind.settings.directors).map(realserverOf),
    clients: [...own.clients, ...deeper.clients],
    vips: own.vips.map((vip) => ({
      ...vip,
      services: vip.services.map((one) => asHeardBehind(one, deeper)),
    })),
    behind: deeper,
  }
}

/** Where the one behind speaks TLS, it is checked by TLS. */
function asHeardBehind(service: Service, { vips }: Cluster): Service {
  const heard = vips.flatMap(({ services }) => services).find(({ port }) => port === service.backendPort)
  return heard?.tls ? { ...service, check: byTls(service.check) } : service
}

/** Its directors take what comes for the VIPs of the cluster before it. */
function standingBehind(front: Written, { settings, members }: Written): Cluster {
  const own = resolve(settings, members)
  const services = servicesOf(settings.services, settings, members)
  const vips = front.settings.vips.map((vip, index) => ({
    ...vipOf(vip, index, front.settings, [], []),
    vmac: false,
    services,
    routes: [],
    rules: [],
    extra: '',
  }))
  const family = familyBehind(vips, own.realservers)
  return { ...own, front: front.settings.name, vips: vips.map((vip) => ({ ...vip, family })) }
}

function resolve(settings: ClusterSettings, members: readonly Member[]): Cluster {
  const inGroup = inGroupOf(members)
  const directors = inGroup(settings.directors)
  return {
    name: settings.name,
    protection: protectionOf(settings),
    balancer: settings.balancer,
    backend: typeof settings.backend === 'string' ? settings.backend : 'none',
    directors: directors.map(directorOf),
    realservers: inGroup(settings.realservers).map(realserverOf),
    clients: inGroup(settings.clients).map(({ name }) => name),
    vrrp: withProfile(settings.vrrp),
    vips: settings.vips.map((vip, index) => vipOf(vip, index, settings, directors, members)),
    ...nfsOf(settings, inGroup),
    applications: applicationsOf(settings, servedBy(settings, members), members),
    hostsEntries: settings.hosts_entries,
    sshTrust: settings.ssh_trust,
    trustedProxies: [...new Set((settings.trusted_proxies ?? []).map(networkOf))],
    ...(settings.max_connections === undefined ? {} : { maxConnections: settings.max_connections }),
    ...(settings.acme ? { acme: acmeOf(settings.acme) } : {}),
    ...(settings.php ? { php: settings.php === true ? { packages: [] } : settings.php } : {}),
    ...(settings.sessions ? { sessions: settings.sessions } : {}),
    ...(settings.time ? { time: settings.time } : {}),
    connectionSync: settings.connection_sync,
    ipvsTimeouts: settings.ipvs_timeouts ?? {},
    ipvsadmRules: settings.ipvsadm_rules,
    source: settings.source,
    extra: extraLines(settings.extra),
    ...(settings.nat ? { nat: wayBack(settings.nat) } : {}),
    ...(settings.notify ? { notify: settings.notify } : {}),
    ...(settings.monitoring ? { monitoring: monitoringOf(settings.monitoring) } : {}),
  }
}

/** All services that its realservers answer to. */
function servedBy(settings: ClusterSettings, members: readonly Member[]): readonly Service[] {
  const lists = [settings.services, ...settings.vips.map((vip) => vip.services)]
  return lists.flatMap((list) => servicesOf(list, settings, members))
}

function directorOf({ name, address, director }: Member): Director {
  return {
    host: name,
    connection: address,
    routerId: director?.router_id ?? name,
    ...(director?.address === undefined ? {} : { address: canonical(director.address) }),
    ...(director?.power === undefined ? {} : { power: director.power }),
  }
}

function realserverOf({ name, address, realserver }: Member): Realserver {
  return {
    host: name,
    connection: address,
    weight: realserver?.weight ?? 1,
    backup: realserver?.backup ?? false,
    ...(realserver?.max_fails === undefined ? {} : { maxFails: realserver.max_fails }),
    ...(realserver?.fail_timeout === undefined ? {} : { failTimeout: realserver.fail_timeout }),
    ...(realserver?.address === undefined ? {} : { address: canonical(realserver.address) }),
  }
}

function nfsOf(
  { nfs }: ClusterSettings,
  inGroup: (group: string) => readonly Member[],
): { readonly nfs?: NfsServer } {
  const [server] = nfs ? inGroup(nfs.server) : []
  if (!nfs || !server) return {}
  return {
    nfs: {
      host: server.name,
      connection: server.address,
      ...(nfs.address === undefined ? {} : { address: canonical(nfs.address) }),
      export: nfs.export,
      exportOptions: nfs.export_options,
      mountOptions: nfs.mount_options,
    },
  }
}

/** The name of a VIP's VRRP instance. VIPs on different links, or of both families, may have one VRID. */
function instanceOf(
  { name, vrid }: ClusterSettings['vips'][number],
  earlier: ClusterSettings['vips'],
): string {
  if (name !== undefined) return name
  const twins = earlier.filter((one) => one.name === undefined && one.vrid === vrid).length
  return twins === 0 ? `VI_${vrid}` : `VI_${vrid}_${twins + 1}`
}

function vipOf(
  vip: ClusterSettings['vips'][number],
  index: number,
  settings: ClusterSettings,
  directors: readonly Member[],
  members: readonly Member[],
): Vip {
  const { address, prefix } = virtualAddress(vip.address)
  const owner = vip.owner ?? directors[0]?.name ?? ''
  const named = { address, instance: instanceOf(vip, settings.vips.slice(0, index)) }
  const ranked = directors.map((member) => ({ host: member.name, ...saidPriority(member, named) }))
  return {
    ...named,
    family: familyOf(address),
    ...(prefix === undefined ? {} : { prefix }),
    also: vip.also.map(virtualAddress),
    vmac: vip.vmac,
    ...(vip.label === undefined ? {} : { label: vip.label }),
    ...(vip.together === undefined ? {} : { together: vip.together }),
    extra: vip.extra ?? '',
    ...routingOf(familyOf(address), vip),
    vrid: vip.vrid,
    owner,
    priorities: prioritiesFor(owner, ranked),
    peers: unmanagedPeers(named, settings.vrrp.peers),
    onDirectors: new Map(
      directors.map((member) => [member.name, onDirector(member, named, settings, index)]),
    ),
    services: servicesOf(vip.services ?? settings.services, settings, members),
    servicesAt: ['cluster', ...(vip.services ? ['vips', index] : []), 'services'],
  }
}

function virtualAddress(written: string): VirtualAddress {
  const [text = '', prefix] = written.split('/')
  return { address: canonical(text), ...(prefix === undefined ? {} : { prefix: Number(prefix) }) }
}

/** The way back; where nobody says where clients are, they may be anywhere. */
function wayBack({ gateway, clients, masquerade }: NonNullable<ClusterSettings['nat']>): NatReturn {
  const everywhere = familyOf(gateway) === 'ipv6' ? '::/0' : '0.0.0.0/0'
  const back = { gateway: canonical(gateway), clients: clients ?? [everywhere] }
  if (masquerade === false) return back
  return { ...back, masquerade: masquerade === true ? 'realservers' : masquerade.networks }
}
