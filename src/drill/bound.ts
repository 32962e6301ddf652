import {
  asksThrough,
  balancerDetection,
  bothAtOnce,
  type Cluster,
  clientsFollow,
  type Detection,
  innermost,
  realserverDetection,
  type Span,
  serverStarts,
  slowestTakeover,
  takeoverAfterCrash,
  takeoverAfterStop,
  tierServedBy,
  tiersOf,
} from '../cluster/index.ts'
import type { Bound } from '../model/drill.ts'
import type { Fault } from './fault.ts'

const settlingOf = (cluster: Cluster) => 1000 * clientsFollow(cluster)
/** Milliseconds a fault lasts beyond the time its takeover may need. */
const beyond = 4000
/** Milliseconds a handover is watched after the VIP must have moved. */
const settled = 1000

/** Milliseconds a fault lasts where nobody says otherwise: until what it makes happen has happened. */
export function usualTime(cluster: Cluster, fault: Fault): number {
  const takeover = boundOf(cluster, { ...fault, toll: 'takeover' }, 0).milliseconds
  if (fault.leaves) return takeover + cluster.vrrp.preempt_delay * 1000 + settled
  const check = boundOf(cluster, { ...fault, toll: 'check' }, 0).milliseconds
  const own = fault.toll === 'balancer-check' ? boundOf(cluster, fault, 0).milliseconds : 0
  return Math.max(takeover, check, own, allNoticed(cluster, fault)) + beyond
}

/** Milliseconds until the last of the tiers that lose somebody knows it: the one before learns it from the one behind. */
function allNoticed(cluster: Cluster, fault: Fault): number {
  if (fault.toll !== 'whole') return 0
  const outs = tiersStruck(cluster, fault).map((tier) => slowestDetection(tier).out.seconds)
  return 1000 * outs.reduce((sum, seconds) => sum + seconds, 0) + settlingOf(cluster)
}

/** What a client may feel of a fault at most, computed from the configuration. */
export function boundOf(cluster: Cluster, fault: Fault, lasts: number): Bound {
  const { advert_interval: interval } = cluster.vrrp
  const settling = settlingOf(cluster)
  const silence = `3 × advert_int ${interval} s and the skew of priority`
  const ownDetection = detectionBeside(cluster)
  switch (fault.toll) {
    case 'nothing':
      return { milliseconds: settling, why: 'redundancy hides it' }
    case 'handover':
      return slowest(cluster, takeoverAfterStop, 'keepalived: it says goodbye, then the skew of priority')
    case 'takeover':
      return slowest(cluster, takeoverAfterCrash, `keepalived: ${silence}`)
    case 'check': {
      const { out, lasting, passesErrors } = detectionOf(cluster, fault)
      const passed = fault.answersErrors ? passesErrors : undefined
      const meanwhile = lasting || passed !== undefined ? lasts : 0
      const check = { milliseconds: 1000 * out.seconds + meanwhile + settling, why: passed ?? out.why }
      if (bothAtOnce(cluster).length === 0) return check
      // The realserver that is struck may be the director that holds a VIP.
      const taken = (['takeover', 'balancer-check'] as const).map((toll) =>
        boundOf(cluster, { ...fault, toll }, lasts),
      )
      return [check, ...taken].reduce((one, other) => (other.milliseconds > one.milliseconds ? other : one))
    }
    case 'balancer-check':
      return slowest(
        cluster,
        (of, priority) => ownDetection.seconds + takeoverAfterCrash(of, priority),
        `${ownDetection.why}, then ${silence}`,
      )
    case 'whole': {
      // Who stands before others is taken in once these are.
      const backs = tiersStruck(cluster, fault)
        .toReversed()
        .map((tier) => slowestDetection(tier).back)
      const start = fault.startsServers ? serverStarts[innermost(cluster).backend] : 0
      const starts = start > 0 ? [{ seconds: start, why: `${start} s in which Tomcat starts` }] : []
      const all = [...starts, ...backs]
      return {
        milliseconds: lasts + 1000 * all.reduce((sum, { seconds }) => sum + seconds, 0) + settling,
        why: `the fault itself, then ${all.map(({ why }) => why).join(', then ')}`,
      }
    }
  }
}

/** Until keepalived knows that what it watches on its own director is gone: the balancer, or a service that it serves itself. */
function detectionBeside(cluster: Cluster): Span {
  const { track } = cluster.vrrp
  if (cluster.balancer === 'none') return slowestDetection(cluster).out
  const how =
    track.by === 'process'
      ? 'track_file'
      : `vrrp_script with interval ${track.interval} s and fall ${track.fall}`
  return { seconds: balancerDetection(cluster), why: `keepalived: ${how}` }
}

/**
 * Until clients do without the realserver that is struck. Where checks of the cluster before it ask through the machines between,
 * these may be taken out by no fault of theirs until it is.
 */
function detectionOf(cluster: Cluster, { on }: Fault): Detection {
  const tier = (on === undefined ? undefined : tierServedBy(cluster, on)) ?? cluster
  const own = slowestDetection(tier)
  const asked = cluster.vips.some(({ services }) => services.some(asksThrough))
  if (tier === cluster || !asked) return own
  const { back } = slowestDetection(cluster)
  const out = {
    seconds: own.out.seconds + back.seconds,
    why: `${own.out.why}, then for the machines before it ${back.why}`,
  }
  return { ...own, out }
}

/** Those that lose somebody: the cluster alone, or the one behind it and so the cluster, too. */
function tiersStruck(cluster: Cluster, { strikes, on }: Fault): readonly Cluster[] {
  const outer = strikes === 'holder' || strikes === 'all-directors'
  const own = on !== undefined && tierServedBy(cluster, on) === cluster
  return outer || own ? [cluster] : tiersOf(cluster)
}

/** Until the slowest of all services does without a realserver, and until it uses one again. */
function slowestDetection(cluster: Cluster): Detection {
  const all = cluster.vips.flatMap(({ services }) =>
    services.map((service) => realserverDetection(cluster, service)),
  )
  const slower = (one: Span, other: Span) => (other.seconds > one.seconds ? other : one)
  const none: Span = { seconds: 0, why: 'no service' }
  const passesErrors = all.flatMap((one) => one.passesErrors ?? [])[0]
  return {
    out: all.map(({ out }) => out).reduce(slower, none),
    back: all.map(({ back }) => back).reduce(slower, none),
    lasting: all.some(({ lasting }) => lasting),
    ...(passesErrors === undefined ? {} : { passesErrors }),
  }
}

/** Of the VIP that moves last; `why` lacks the priority that its new holder has. */
function slowest(
  cluster: Cluster,
  takeover: (cluster: Cluster, priority: number) => number,
  why: string,
): Bound {
  const { seconds, priority } = slowestTakeover(cluster, takeover)
  return { milliseconds: 1000 * seconds + settlingOf(cluster), why: `${why} ${priority}` }
}
