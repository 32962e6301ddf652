import type { Knowledge } from '../model/task.ts'
import { canonical } from './addresses.ts'
import { addressOf, sourcesOf } from './addresses-of.ts'
import { askedPort } from './asked-port.ts'
import { behind } from './behind.ts'
import { bfdPort } from './bfd.ts'
import type { Cluster, Director, Family, Realserver, Service, Vip } from './cluster.ts'
import { membersOf } from './hosts.ts'
import { peersOf } from './links.ts'
import { portsIn } from './marks.ts'
import { masqueradeOf } from './masquerade.ts'
import { exportersOf } from './monitoring.ts'
import type { Machine } from './network.ts'
import { backendHosts } from './own-servers.ts'
import { poolOf } from './servers.ts'
import { allAddressesOf, eachFamily } from './together.ts'

/** One thing a machine must hear, in the words of the kind `firewall`. */
export interface OpeningVariables {
  readonly protocol: 'tcp' | 'udp' | 'vrrp' | 'ah' | 'ipip' | 'ip6ip6' | 'igmp' | 'icmp'
  readonly ports: readonly (number | string)[]
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly forward: boolean
}

/** Where VRRP of each family is sent (RFC 5798, 5.1.1.2 and 5.1.2.2), and where IPVS tells of connections. */
const vrrpGroups = { ipv4: '224.0.0.18', ipv6: 'ff02::12' } as const
const syncGroup = '224.0.0.81'
const syncPort = 8848

/** All that a machine of a cluster must hear from others, for its firewall. Throws NeedsFacts. */
export function openingsOf(cluster: Cluster, host: string, known: Knowledge): readonly OpeningVariables[] {
  // Where it stands behind another, its VIPs lead to it as they do to every realserver of that one.
  const director =
    cluster.front === undefined ? cluster.directors.find((one) => one.host === host) : undefined
  const realserver = cluster.realservers.find((one) => one.host === host)
  const ofVips = cluster.vips.flatMap((vip) => [
    ...(director ? [...ofPeers(cluster, vip, director, known), ...ofClients(vip)] : []),
    ...eachFamily(cluster, vip).flatMap((one) => [
      ...(director ? ofAnswers(cluster, one, known) : []),
      ...(realserver ? ofRealserver(cluster, one, realserver, known) : []),
    ]),
  ])
  const leaving = director ? masqueradeOf(cluster, known) : false
  return [
    ...ofVips,
    ...(leaving ? ofMasqueraded(leaving.from) : []),
    ...(director ? ofRouters(cluster) : []),
    ...ofServers(cluster, host, known),
    ...ofScrapers(cluster, host),
  ]
}

/** What the cluster's machines ask of each other beside its services: the time, and pages by NFS 4. */
function ofServers(cluster: Cluster, host: string, known: Knowledge): readonly OpeningVariables[] {
  const { directors, nfs, time, vips } = cluster
  const [vip] = vips
  if (!vip) return []
  const askers = (machines: readonly Machine[]) =>
    machines
      .filter((one) => one.host !== host)
      .map((one) => addressOf(cluster, behind(cluster, vip), one, known))
  const { sessions } = cluster
  const hearsOfSessions = sessions !== undefined && backendHosts(cluster).some((one) => one.host === host)
  const keepsTime = time !== undefined && directors.some((one) => one.host === host)
  return [
    ...(hearsOfSessions ? [{ ...nothing, ports: [sessions.port], from: askers(backendHosts(cluster)) }] : []),
    ...(keepsTime
      ? [
          {
            ...nothing,
            protocol: 'udp' as const,
            ports: [123],
            from: askers(membersOf(cluster)),
          },
        ]
      : []),
    ...(nfs?.host === host ? [{ ...nothing, ports: [2049], from: askers(backendHosts(cluster)) }] : []),
  ]
}

/** What the other directors say: that they live, and which connections there are. */
function ofPeers(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  known: Knowledge,
): readonly OpeningVariables[] {
  const peers = peersOf(cluster, vip, director, known).map(({ address }) => address)
  const sync = cluster.connectionSync
    ? [
        {
          ...nothing,
          protocol: 'udp' as const,
          ports: [syncPort],
          from: ofFamily(
            peers.filter((address) => vip.peers.every((one) => one.address !== address)),
            'ipv4',
          ),
          to: [syncGroup],
        },
      ]
    : []
  const protocol = cluster.vrrp.auth_type === 'AH' ? 'ah' : 'vrrp'
  if (cluster.vrrp.unicast) return [{ ...nothing, protocol, from: peers }, ...sync]
  const multicast: OpeningVariables = {
    ...nothing,
    protocol,
    // Over IPv6 it comes from link-local addresses.
    from: vip.family === 'ipv6' ? ['fe80::/10'] : peers,
    to: [vrrpGroups[vip.family]],
  }
  // A switch that watches memberships asks for them from time to time, and forgets who does not answer.
  return [multicast, ...(vip.family === 'ipv4' ? [{ ...nothing, protocol: 'igmp' as const }] : []), ...sync]
}

/** Signs of life of routers that are watched. */
function ofRouters({ vrrp }: Cluster): readonly OpeningVariables[] {
  if (vrrp.bfd.length === 0) return []
  const from = vrrp.bfd.map(({ neighbor }) => canonical(neighbor))
  return [{ ...nothing, protocol: 'udp', ports: [bfdPort], from }]
}

function ofScrapers(cluster: Cluster, host: string): readonly OpeningVariables[] {
  const ports = exportersOf(cluster, host).map(({ port }) => port)
  return ports.length === 0 ? [] : [{ ...nothing, ports, from: cluster.monitoring?.scrapers ?? [] }]
}

function ofClients(vip: Vip): readonly OpeningVariables[] {
  const to = addressesOf(vip)
  const byQuic = vip.services.filter(({ tls }) => tls?.http3).map(({ port }) => port)
  return [
    ...vip.services.map((service) => ({
      ...nothing,
      protocol: service.protocol,
      ports: [portsIn(service)],
      to,
    })),
    ...[...new Set(byQuic)].map((port) => ({ ...nothing, protocol: 'udp' as const, ports: [port], to })),
  ]
}

/** Under address translation, what realservers answer passes through the director. */
function ofAnswers(cluster: Cluster, vip: Vip, known: Knowledge): readonly OpeningVariables[] {
  const { balancer, nat, realservers } = cluster
  if (balancer !== 'ipvs' || !nat) return []
  const from = realservers.map((one) => addressOf(cluster, vip, one, known))
  return vip.services
    .filter(({ forwarding }) => forwarding === 'nat')
    .map(({ protocol }) => ({ ...nothing, protocol, from, to: nat.clients, forward: true }))
}

/** Whoever leaves with the director's address passes through it, wherever he goes. */
function ofMasqueraded(from: readonly string[]): readonly OpeningVariables[] {
  return (['tcp', 'udp', 'icmp'] as const).map((protocol) => ({ ...nothing, protocol, from, forward: true }))
}

/** What clients ask, by the way it comes, and what the directors' health checks ask. */
function ofRealserver(
  cluster: Cluster,
  vip: Vip,
  realserver: Realserver,
  known: Knowledge,
): readonly OpeningVariables[] {
  const from = cluster.directors.flatMap((director) =>
    sourcesOf(cluster, behind(cluster, vip), { director, realserver }, known),
  )
  return vip.services
    .filter((service) => poolOf(cluster, service).some(({ host }) => host === realserver.host))
    .flatMap((service) => ofService(cluster, vip, service, from))
}

function ofService(
  cluster: Cluster,
  vip: Vip,
  service: Service,
  from: readonly string[],
): readonly OpeningVariables[] {
  const { protocol, backendPort: port, forwarding, check } = service
  const checked: OpeningVariables =
    check.type === 'ping'
      ? { ...nothing, protocol: 'icmp', from }
      : {
          ...nothing,
          protocol: check.type === 'udp' || check.type === 'dns' ? 'udp' : 'tcp',
          ports: [askedPort(check, port)],
          from,
        }
  const ports = [service.until === undefined ? port : portsIn(service)]
  const asked = service.until === undefined ? [checked] : []
  if (cluster.balancer !== 'ipvs') return [checked, { ...nothing, protocol, ports: [port], from }]
  if (forwarding === 'nat') return [...asked, { ...nothing, protocol, ports }]
  const to = ofFamily(addressesOf(vip), vip.family)
  const direct: OpeningVariables = { ...nothing, protocol, ports, to }
  return forwarding === 'tun'
    ? [...asked, direct, { ...nothing, protocol: vip.family === 'ipv6' ? 'ip6ip6' : 'ipip', from }]
    : [...asked, direct]
}

const nothing: OpeningVariables = { protocol: 'tcp', ports: [], from: [], to: [], forward: false }

function addressesOf(vip: Vip): readonly string[] {
  return [...new Set(allAddressesOf(vip))]
}

function ofFamily(addresses: readonly string[], family: Family): readonly string[] {
  return addresses.filter((address) => address.includes(':') === (family === 'ipv6'))
}
