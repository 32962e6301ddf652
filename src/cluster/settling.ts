import { routersFound } from './bfd.ts'
import type { Cluster, Service } from './cluster.ts'
import { realserverDetection } from './detection/detection.ts'
import { proxyOf } from './proxies.ts'
import { answerTime, takeoverAfterCrash } from './takeover.ts'
import { tiersOf } from './tiers.ts'

/** Seconds from the start of a realserver's program until it serves: Tomcat unpacks and compiles what it serves. */
export const serverStarts = { nginx: 0, apache: 0, tomcat: 60, none: 0 } as const

/**
 * Seconds a cluster needs at most until it is what it should be, once its machines run and nothing is wrong any more:
 * realservers serve, a director's balancer is trusted, sessions of BFD come up, VIPs are taken by or go back to their owners, realservers are
 * taken in or out, and neighbours that missed a move are told.
 */
export function settlingTime(cluster: Cluster): number {
  const { vrrp, vips } = cluster
  const elections = vips.map(({ priorities }) =>
    takeoverAfterCrash(cluster, Math.min(254, ...priorities.values())),
  )
  const tiers = tiersOf(cluster)
  const starts = tiers.map(({ backend }) => serverStarts[backend])
  // Who stands before others is taken in once these are.
  const checks = tiers.map((tier) => slowestCheck(tier))
  return (
    Math.max(...starts) +
    balancerTrusted(cluster) +
    routersFound(cluster) +
    (vrrp.preempt ? vrrp.preempt_delay : 0) +
    Math.max(0, ...elections) +
    checks.reduce((sum, one) => sum + one, 0) +
    vrrp.garp_refresh
  )
}

function balancerTrusted(cluster: Cluster): number {
  const { track } = cluster.vrrp
  return proxyOf(cluster) === undefined || track.by === 'process'
    ? 0
    : track.rise * (track.interval + answerTime)
}

function slowestCheck(tier: Cluster): number {
  const services = tier.vips.flatMap((vip) => vip.services)
  return Math.max(0, ...services.map((service) => checked(tier, service)))
}

/** Until clients are given a realserver that works, or one that does not is left alone. */
function checked(cluster: Cluster, service: Service): number {
  const { out, back } = realserverDetection(cluster, service)
  return Math.max(out.seconds, back.seconds)
}
