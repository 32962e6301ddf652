import type { Query } from '../model/sensor.ts'
import { bootAddress } from '../sensors/boot-addresses.ts'
import { bootSysctl } from '../sensors/boot-sysctls.ts'
import { ipvsTable } from '../sensors/ipvs.ts'
import { runningKeepalived } from '../sensors/keepalived.ts'
import { listenersOn } from '../sensors/listeners.ts'
import { whoHas } from '../sensors/neighbours.ts'
import { nginxUpstreams } from '../sensors/nginx-upstreams.ts'
import { routingOfHost } from '../sensors/routing.ts'
import { unitNamed } from '../sensors/units.ts'
import { type ExpectedCluster, expectedTiers, vipsOnRealserver } from './expected.ts'
import { applicationQueries } from './proofs/applications.ts'
import { directorPorts, portsOf } from './proofs/boot.ts'
import { checkProgramQueries } from './proofs/check-programs.ts'
import { datagramsToVips } from './proofs/datagrams.ts'
import { directPages } from './proofs/direct.ts'
import { headersThroughVips } from './proofs/headers.ts'
import { factsOfHost } from './proofs/holder.ts'
import { metricsAtHome, metricsFromOutside } from './proofs/monitoring.ts'
import { connectionsThroughVips, connectionsToItself } from './proofs/own.ts'
import { packetQueries } from './proofs/packets.ts'
import { pagesOf, throughVip } from './proofs/page.ts'
import { heldAtDirector, heldThroughVips } from './proofs/passed-on.ts'
import { phpQueries } from './proofs/php.ts'
import { poolQueries } from './proofs/pool.ts'
import { quicAtDirector, quicThroughVips } from './proofs/quic.ts'
import { plainThroughVips } from './proofs/redirect.ts'
import { rememberingQueries } from './proofs/remembering.ts'
import { requestsThroughVips } from './proofs/requests.ts'
import { instancesWithRouting } from './proofs/routes.ts'
import { sharedQueries } from './proofs/shared.ts'
import { arpSysctls } from './proofs/silence.ts'
import { tlsAtDirector, tlsFilesAt, tlsThroughVips } from './proofs/tls.ts'
import { ownQueries } from './proofs/understudy.ts'
import { wayBackQueries } from './proofs/way-back.ts'

/** Everything the proofs want to know of one member. */
export function memberQueries(cluster: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return expectedTiers(cluster).flatMap((tier) => queriesOfTier(tier, host))
}

function queriesOfTier(cluster: ExpectedCluster, host: string): readonly Query<unknown>[] {
  const director = cluster.directors.some((one) => one.host === host)
  const realserver = cluster.realservers.some((one) => one.host === host)
  const carried = vipsOnRealserver(cluster, host)
  return [
    factsOfHost,
    ...(director && !cluster.isBehind ? [unitNamed('keepalived'), runningKeepalived] : []),
    ...(director && instancesWithRouting(cluster).length > 0 ? [routingOfHost] : []),
    ...(director ? directorPorts(cluster, host).map(listenersOn) : []),
    ...(director && cluster.balancer === 'ipvs'
      ? [ipvsTable, ...rememberingQueries(cluster), ...packetQueries(cluster)]
      : []),
    ...(director ? checkProgramQueries(cluster) : []),
    ...tlsFilesAt(cluster, host),
    ...(director && cluster.balancer === 'haproxy' ? poolQueries : []),
    ...(director && cluster.balancer === 'nginx' ? [nginxUpstreams] : []),
    ...sharedQueries(cluster, host),
    ...metricsAtHome(cluster, host),
    ...applicationQueries(cluster, host),
    ...phpQueries(cluster, host),
    ...wayBackQueries(cluster, host),
    ...(realserver ? portsOf(cluster, host).map(listenersOn) : []),
    ...(realserver && carried.length > 0
      ? [
          ...arpSysctls.map(({ key }) => bootSysctl(key)),
          ...carried.map(({ address }) => bootAddress(address)),
        ]
      : []),
  ]
}

/** Everything the proofs want to see from outside. */
export function outsideQueries(cluster: ExpectedCluster): readonly Query<unknown>[] {
  return [...questionsAbout(cluster, cluster), ...expectedTiers(cluster).flatMap(metricsFromOutside)]
}

/** What they want to see of some of its VIPs: of `some`, which has these alone. */
export function questionsAbout(cluster: ExpectedCluster, some: ExpectedCluster): readonly Query<unknown>[] {
  return [
    ...some.vips.map(({ address }) => whoHas(address)),
    ...pagesOf(some).map((page) => throughVip(cluster, page)),
    ...directPages(some),
    ...connectionsThroughVips(some),
    ...heldThroughVips(some),
    ...datagramsToVips(some),
    ...plainThroughVips(some),
    ...headersThroughVips(some),
    ...requestsThroughVips(some),
    ...tlsThroughVips(some),
    ...quicThroughVips(some),
  ]
}

/** What a director asks the realservers past the balancer, and itself as if it held the VIP. */
export function directorQueries(cluster: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return expectedTiers(cluster)
    .filter(({ directors }) => directors.some((one) => one.host === host))
    .flatMap((tier) => [
      ...connectionsToItself(tier, host),
      ...directPages(tier),
      ...ownQueries(tier),
      ...heldAtDirector(tier),
      ...tlsAtDirector(tier),
      ...quicAtDirector(tier),
    ])
}
