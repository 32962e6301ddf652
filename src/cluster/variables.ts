import { bracketed } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { acmeVariables, challengeAnswer } from './acme-variables.ts'
import { canonical, familyOf } from './addresses.ts'
import { addressOf, factsOf } from './addresses-of.ts'
import { compressesByNginx, hasBrotli } from './answer-variables.ts'
import { answeredChecksOf } from './answered-checks.ts'
import { applicationVariables, otherSitesOf, siteOn } from './applications.ts'
import { askedBalancer, askedPortOf } from './asked-balancer.ts'
import { behind } from './behind.ts'
import { nginxDoesBoth } from './both.ts'
import { believedBy, patternOfAddresses, toldOnAll } from './clients-told.ts'
import type { Cluster } from './cluster.ts'
import { connectionsOf } from './connections.ts'
import { handoverFile } from './handover.ts'
import { hostsOfCluster, membersOf } from './hosts.ts'
import { asksByPattern, modulesOf, virtualServersOf } from './ipvs-variables.ts'
import { endsKeptOf } from './kept-connections.ts'
import { linkNamesOf } from './link-names.ts'
import { packetMarksOf } from './marks.ts'
import { masqueradeOf } from './masquerade.ts'
import { monitoringVariables } from './monitoring-variables.ts'
import { nameFilesOf, nameFolder, namesAsked } from './name-files.ts'
import { vmacOf } from './network.ts'
import { openingsOf } from './opening-variables.ts'
import { ownChecksOf } from './own-checks.ts'
import { backendAt, backendHosts, portsOfPrograms } from './own-servers.ts'
import { peerVariables } from './peer-variables.ts'
import { phpOn } from './php.ts'
import { endsIdleByAnswer } from './program-versions.ts'
import { formerServices, keepalivedFolder, programsOf, servicesOn } from './programs.ts'
import { proxyOf } from './proxies.ts'
import { proxiesOf } from './proxy-variables.ts'
import { booleansOf } from './selinux-booleans.ts'
import { asMetBy, serversOf, wayBackFrom } from './servers.ts'
import { sessionsOf } from './session-variables.ts'
import { tiersOf } from './tiers.ts'
import { httpTwoOf, pageServersOf, tlsCiphers, tlsFilesOf } from './tls-variables.ts'
import { allAddressesOf, familiesIn } from './together.ts'
import { linesOfHttp, usualLines } from './usual-lines.ts'
import { vipPlaces, vipsOnRealservers } from './vip-places.ts'
import { trackFile, vrrpOf } from './vrrp-variables.ts'

/**
 * Variables a role or template of this host may use beside the inventory's own; none for a host without a
 * cluster. Those that rest on facts are computed when they are read, and throw NeedsFacts while facts are missing.
 */
export function clusterVariables(
  clusters: readonly Cluster[],
  known: Knowledge,
  host: string,
): Readonly<Record<string, unknown>> {
  const whole = clusters.find((one) => hostsOfCluster(one).includes(host))
  if (!whole) return {}
  const tiers = tiersOf(whole).filter((tier) => membersOf(tier).some((one) => one.host === host))
  // Who balances for one cluster what another sends it runs what the inner one says.
  const cluster = tiers.at(-1) ?? whole
  const director = cluster.directors.find((one) => one.host === host)
  const isDirector = director !== undefined && cluster.front === undefined
  const realserver = cluster.realservers.find((one) => one.host === host)
  const isRealserver = realserver !== undefined
  const serves = serversOf(cluster).some((one) => one.host === host)
  const services = cluster.vips.flatMap((vip) => vip.services)
  const backend = serves ? backendAt(cluster, host) : cluster.backend
  // Whose packets it takes, by its part there.
  const sender = tiers.find(({ realservers }) => realservers.some((one) => one.host === host))
  const met = sender && asMetBy(sender, host)
  const loopback = met ? vipsOnRealservers(met, 'dr') : []
  const tunnel = met ? vipsOnRealservers(met, 'tun') : []
  const nat = sender && !isDirector ? wayBackFrom(sender, host) : cluster.nat
  const tlsFiles = tlsFilesOf(cluster, { balances: director !== undefined, serves })
  const answered = answeredChecksOf(cluster)
  const nginxBalances = director !== undefined && cluster.balancer === 'nginx'
  const variables = {
    cluster_name: cluster.name,
    balancer: cluster.balancer,
    /** What runs of ours on this machine, where it serves. */
    backend,
    is_director: isDirector,
    /** It balances by nginx or HAProxy what another cluster sends it, and has no keepalived. */
    is_proxy: director !== undefined && !isDirector,
    is_realserver: isRealserver,
    is_client: cluster.clients.includes(host),
    serves,
    page_ports: [
      ...new Set(
        services
          .filter(({ until, isOwn }) => until === undefined && !isOwn)
          .map(({ backendPort }) => backendPort),
      ),
    ].filter((port) => !portsOfPrograms(cluster, host).has(port)),
    /** What the nginx that serves them listens to. */
    pages: pageServersOf(cluster, host),
    serves_ipv6: familiesIn(cluster).has('ipv6'),
    loopback_vips: loopback,
    tunnel_vips: tunnel,
    vip_places: vipPlaces(sender ?? cluster, { isDirector, loopback, tunnel }),
    applications: applicationVariables(cluster.applications, host),
    /** Where the site lies that nginx or Apache serve instead of a page of ours. */
    site_root: siteOn(cluster.applications, host) ?? false,
    /** Ports on which another site is served than that. */
    other_sites: otherSitesOf(cluster, host),
    is_nfs_server: cluster.nfs?.host === host,
    get nfs() {
      return nfsVariables(cluster, known)
    },
    nat: nat !== undefined && { ...nat, family: familyOf(nat.gateway) },
    get gateway_held() {
      return sender !== undefined && isGatewayHeld(sender, known)
    },
    ipvs_modules: director ? modulesOf(cluster) : [],
    ipvs_timeouts: cluster.ipvsTimeouts,
    handover_files: isDirector ? cluster.vips.map(handoverFile) : [],
    get mangled_handovers() {
      if (!isDirector) return []
      const { mangledHandovers } = factsOf(known, host)
      return cluster.vips.filter(({ instance }) => mangledHandovers.includes(instance)).map(handoverFile)
    },
    packet_marks: isDirector ? packetMarksOf(cluster) : [],
    get masquerade() {
      return isDirector && masqueradeOf(cluster, known)
    },
    asks_by_pattern: isDirector && asksByPattern(cluster),
    get link_names() {
      return linkNamesOf(sender ?? cluster, host, known)
    },
    sorry_ports: [...new Set(services.filter(({ sorryPage }) => sorryPage).map(({ port }) => port))],
    ipvsadm_rules: cluster.ipvsadmRules && cluster.balancer === 'ipvs',
    tracking: isDirector && proxyOf(cluster) !== undefined && { by: cluster.vrrp.track.by, file: trackFile },
    notify: cluster.notify ?? false,
    source: cluster.source,
    programs: programsOf(cluster),
    /** Services that a machine of another shape would have, as its distribution names them. */
    get former_services() {
      return formerServices(variables.services_here, factsOf(known, host))
    },
    /** Of which services the whole configuration is written on this machine. */
    services_here: servicesOn(
      { ...cluster, backend },
      {
        holdsVips: isDirector,
        balances: director !== undefined,
        serves,
      },
    ),
    extra: cluster.extra,
    /** Lines for all servers of the nginx of this machine. */
    nginx_lines: usualLines(
      {
        balances: nginxBalances,
        hasTls: tlsFiles.length > 0,
        names: nginxBalances ? namesAsked(cluster).size : 0,
      },
      linesOfHttp(cluster.extra, nginxBalances, serves),
    ),
    selinux_booleans: booleansOf({ ...cluster, backend }, director !== undefined, serves),
    get own_address() {
      return director ? ownAddress(cluster, director, known) : ''
    },
    get connections() {
      return director && proxyOf(cluster) ? connectionsOf(cluster, factsOf(known, host)) : false
    },
    /** How pages of PHP are run here. */
    get php() {
      return (serves && backend !== 'none' && cluster.php && phpOn(cluster, factsOf(known, host))) || false
    },
    /** How this machine's Tomcat shares sessions. */
    get sessions() {
      return serves && sessionsOf(cluster, host, known)
    },
    /** Whom this machine's pages believe about who asks. */
    get believed() {
      return serves ? believedBy(cluster, realserver ?? { host, connection: host }, known) : []
    },
    get proxy_pattern() {
      return realserver && proxyOf(cluster) && toldOnAll(cluster) === 'header'
        ? patternOfAddresses(believedBy(cluster, realserver, known))
        : ''
    },
    trusted_proxies: cluster.trustedProxies,
    /** Of the proxies before the cluster, how many HAProxy looks behind: from the last one that a header names. */
    trusted_hops: cluster.trustedProxies.length > 0 ? [-1, -2, -3] : [],
    /** Whether a program that listens to all ports alike is told by a header who asks. */
    told_by_header: toldOnAll(cluster) === 'header',
    get openings() {
      return tiers.flatMap((tier) => openingsOf(tier, host, known))
    },
    /** How those who watch this machine are answered. */
    monitoring: monitoringVariables(cluster, known, host),
    /** Whose certificates an authority issues. */
    acme: director !== undefined && acmeVariables(cluster),
    /** Where the authority asks, as it is written before a path. */
    acme_vips: cluster.vips.flatMap(allAddressesOf).map(bracketed),
    acme_answer: director ? challengeAnswer(cluster) : '',
    tls_ciphers: tlsCiphers,
    /** Certificates that this machine has to have. */
    tls_files: tlsFiles,
    tls_folders: [...new Set(tlsFiles.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))],
    get nginx_http2() {
      return httpTwoOf(cluster, factsOf(known, host))
    },
    /** Clients that keep their connection may ask once more when it is reloaded. */
    get ends_idle_by_answer() {
      const proxy = director ? proxyOf(cluster) : undefined
      return proxy !== undefined && endsIdleByAnswer(proxy, cluster, factsOf(known, host))
    },
    /** Where programs lie that keepalived runs. */
    get keepalived_folder() {
      return keepalivedFolder(factsOf(known, host))
    },
    /** How an nginx whose reload would cut what clients ask over kept connections ends these by answers first. */
    get ends_kept() {
      return director !== undefined && endsKeptOf(cluster, factsOf(known, host))
    },
    /** How a director asks its balancer whether it is there. */
    balancer_asked: director ? askedBalancer(cluster) : false,
    /** Port on 127.0.0.1 where it answers nothing but that, as its services cannot; 0: none. */
    balancer_alone: isDirector ? askedPortOf(cluster) : 0,
    get virtual_servers() {
      return director ? virtualServersOf(cluster, known) : []
    },
    /** HAProxy asks a program of this machine how realservers are, and that one may ping them. */
    answers_checks: director !== undefined && answered.any,
    pings: director !== undefined && answered.pings,
    get has_brotli() {
      return director !== undefined && compressesByNginx(cluster) && hasBrotli(factsOf(known, host))
    },
    /** Clients may ask by HTTP/3. */
    hears_quic: director !== undefined && services.some(({ tls }) => tls?.http3),
    get proxies() {
      return director ? proxiesOf(cluster, known) : []
    },
    /** For HAProxy: names that are too many for its configuration. */
    name_files: director ? nameFilesOf(cluster) : [],
    name_folder: nameFolder,
    get own_checks() {
      return isDirector ? ownChecksOf(cluster, director, known).all : []
    },
    /** Interfaces that keepalived makes for VIPs with a MAC address of VRRP. */
    vmacs: director ? cluster.vips.filter(({ vmac }) => vmac).map(vmacOf) : [],
    asks_for_pages: cluster.balancer === 'none' && services.some(({ check }) => 'path' in check),
    /** The nginx of this machine balances and serves pages: one configuration says both. */
    nginx_does_both: director !== undefined && isRealserver && backend === 'nginx' && nginxDoesBoth(cluster),
    /** What our check starts where it is gone. */
    own_unit: cluster.balancer === 'none' && backend === 'nginx' && 'nginx',
    get vrrp() {
      return isDirector ? vrrpOf(cluster, director, known) : null
    },
  }
  // Not by spreading, which would read the getters now.
  return Object.defineProperties(
    variables,
    Object.getOwnPropertyDescriptors(peerVariables(cluster, tiers, known, host)),
  )
}

/** The export, seen from either side; `false` where realservers have their pages on their own disks. */
function nfsVariables(cluster: Cluster, known: Knowledge) {
  const { nfs, vips } = cluster
  const [vip] = vips
  if (!nfs || !vip) return false
  return {
    export: nfs.export,
    export_options: nfs.exportOptions,
    mount_options: nfs.mountOptions,
    server: bracketed(addressOf(cluster, behind(cluster, vip), nfs, known)),
    clients: backendHosts(cluster).map((one) => addressOf(cluster, behind(cluster, vip), one, known)),
  }
}

/** Whether one of the directors has it, as far as they are asked: in a run without any they are taken to be there already. */
function isGatewayHeld({ nat, directors }: Cluster, { facts }: Knowledge): boolean {
  if (!nat) return false
  const known = directors.flatMap(({ host }) => facts.get(host) ?? [])
  const addresses = known
    .flatMap(({ interfaces }) => Object.values(interfaces))
    .flatMap((device) => device.addresses.map(({ address }) => canonical(address)))
  return known.length === 0 || addresses.includes(canonical(nat.gateway))
}

/** Where a director is reached by others, as programs write it before a port. */
function ownAddress(cluster: Cluster, director: Cluster['directors'][number], known: Knowledge): string {
  const [vip] = cluster.vips
  return bracketed(vip ? addressOf(cluster, vip, director, known) : '')
}
