import {
  balancerDetection,
  type Cluster,
  nextPriority,
  realserverDetection,
  type Span,
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
  const { advert_interval: interval, track } = cluster.vrrp
  const silence = `3 × advert_int ${interval} s and the skew of priority`
  switch (fault.toll) {
    case 'nothing':
      return { milliseconds: settling, why: 'redundancy hides it' }
    case 'handover':
      return slowest(cluster, takeoverAfterStop, 'keepalived: it says goodbye, then the skew of priority')
    case 'takeover':
      return slowest(cluster, takeoverAfterCrash, `keepalived: ${silence}`)
    case 'check': {
      const { out, lasting } = slowestDetection(cluster)
      return { milliseconds: 1000 * out.seconds + (lasting ? lasts : 0) + settling, why: out.why }
    }
    case 'balancer-check':
      return slowest(
        cluster,
        (of, priority) => balancerDetection(of) + takeoverAfterCrash(of, priority),
        `keepalived: ${track.by === 'process' ? 'track_file' : `vrrp_script with interval ${track.interval} s and fall ${track.fall}`}, then ${silence}`,
      )
    case 'whole': {
      const { back } = slowestDetection(cluster)
      return {
        milliseconds: lasts + 1000 * back.seconds + settling,
        why: `the fault itself, then ${back.why}`,
      }
    }
  }
}

/** Until the slowest of all services does without a realserver, and until it uses one again. */
function slowestDetection(cluster: Cluster): {
  readonly out: Span
  readonly back: Span
  readonly lasting: boolean
} {
  const all = cluster.vips.flatMap(({ services }) =>
    services.map((service) => realserverDetection(cluster, service)),
  )
  const slower = (one: Span, other: Span) => (other.seconds > one.seconds ? other : one)
  const none: Span = { seconds: 0, why: 'no service' }
  return {
    out: all.map(({ out }) => out).reduce(slower, none),
    back: all.map(({ back }) => back).reduce(slower, none),
    lasting: all.some(({ lasting }) => lasting),
  }
}

/** Of the VIP that moves last; `why` lacks the priority that its new holder has. */
function slowest(
  cluster: Cluster,
  takeover: (cluster: Cluster, priority: number) => number,
  why: string,
): Bound {
  const priority = Math.min(...cluster.vips.map(understudyOf))
  return { milliseconds: 1000 * takeover(cluster, priority) + settling, why: `${why} ${priority}` }
}

/** Priority of the director that takes over from the owner. */
function understudyOf(vip: Vip): number {
  return nextPriority(vip, new Set([vip.owner])) ?? 1
}
