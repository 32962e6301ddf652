import {
  balancerDetection,
  type Cluster,
  nextPriority,
  realserverDetection,
  takeoverAfterCrash,
  takeoverAfterStop,
  type Vip,
} from '../cluster/index.ts'
import type { Bound } from '../model/drill.ts'
import type { Fault } from './fault.ts'

/** Milliseconds a client may need to learn of the new holder and to be served by it, beyond VRRP's own time. */
const settling = 250

/** What a client may feel of a fault at most, computed from the configuration. */
export function boundOf(cluster: Cluster, fault: Fault, lasts: number): Bound {
  switch (fault.toll) {
    case 'nothing':
      return { milliseconds: settling, why: 'redundancy hides it' }
    case 'handover':
      return slowest(cluster, takeoverAfterStop, 'the skew of the backup, as keepalived says goodbye')
    case 'takeover':
      return slowest(cluster, takeoverAfterCrash, '3 advert intervals and the skew of the backup')
    case 'check':
      return {
        milliseconds:
          1000 * Math.max(0, ...servicesOf(cluster).map((service) => realserverDetection(service))) +
          settling,
        why: 'the interval, the timeouts and the retries of the health check',
      }
    case 'balancer-check':
      return slowest(
        cluster,
        (of, priority) => balancerDetection(of) + takeoverAfterCrash(of, priority),
        'the check of the balancer and the takeover',
      )
    case 'whole':
      return {
        milliseconds:
          lasts +
          1000 * Math.max(0, ...servicesOf(cluster).map((service) => realserverDetection(service))) +
          settling,
        why: 'the fault itself and the next health check after it',
      }
  }
}

function slowest(
  cluster: Cluster,
  takeover: (cluster: Cluster, priority: number) => number,
  why: string,
): Bound {
  const seconds = cluster.vips.map((vip) => takeover(cluster, understudyOf(vip)))
  return { milliseconds: 1000 * Math.max(0, ...seconds) + settling, why }
}

/** Priority of the director that takes over from the owner. */
function understudyOf(vip: Vip): number {
  return nextPriority(vip, new Set([vip.owner])) ?? 1
}

function servicesOf({ vips }: Cluster) {
  return vips.flatMap(({ services }) => services)
}
