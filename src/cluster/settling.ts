import type { Cluster, Service } from './cluster.ts'
import { answerTime, realserverDetection, takeoverAfterCrash } from './takeover.ts'

/** Good answers in a row after which HAProxy trusts a realserver again; what its configuration says. */
const haproxyRise = 2

/**
 * Seconds a cluster needs at most until it is what it should be, once its machines run and nothing is wrong any more: a
 * director's balancer is trusted, VIPs are taken by or go back to their owners, realservers are taken in or out, and
 * neighbours that missed a move are told.
 */
export function settlingTime(cluster: Cluster): number {
  const { vrrp, vips } = cluster
  const elections = vips.map(({ priorities }) =>
    takeoverAfterCrash(cluster, Math.min(254, ...priorities.values())),
  )
  const checks = vips.flatMap(({ services }) => services.map((service) => checked(cluster, service)))
  return (
    balancerTrusted(cluster) +
    (vrrp.preempt ? vrrp.preempt_delay : 0) +
    Math.max(0, ...elections) +
    Math.max(0, ...checks) +
    vrrp.garp_refresh
  )
}

function balancerTrusted({ balancer, vrrp: { track } }: Cluster): number {
  return balancer === 'ipvs' || track.by === 'process' ? 0 : track.rise * (track.interval + answerTime)
}

/** Until a director knows how a realserver is, whichever way that changed. */
function checked({ balancer, realservers }: Cluster, service: Service): number {
  const { interval, timeout } = service.check
  // nginx asks nobody: it leaves a realserver alone for a while after requests failed.
  if (balancer === 'nginx') return Math.max(0, ...realservers.map(({ failTimeout }) => failTimeout))
  // The first check of all comes at any moment within an interval.
  const found = balancer === 'haproxy' ? haproxyRise * (interval + timeout) : 2 * interval + timeout
  return Math.max(realserverDetection(service), found)
}
