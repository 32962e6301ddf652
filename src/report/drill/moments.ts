import type { DrillResult, PoolChange, RouteChange, WirePacket } from '../../model/drill.ts'
import { clockDoubt } from './doubts.ts'

/** Something that happened during a drill, in words. */
export interface Moment {
  readonly at: number
  /** Milliseconds by which that may be wrong. */
  readonly doubt: number
  readonly text: string
}

/** Milliseconds within which announcements of one address belong together: they are sent in bursts. */
const burst = 1000

/** What the machines did, in order: who held the VIPs, whom they sent to, what they told their neighbours. */
export function moments(result: DrillResult): readonly Moment[] {
  const { holders, pool, routes, wire, startedAt } = result
  const by = (host: string) => clockDoubt(result, host)
  return [
    ...holders.flatMap(({ vip, host, from, until }) => [
      ...(from > startedAt ? [{ at: from, doubt: by(host), text: `${host} holds ${vip}` }] : []),
      ...(until === undefined ? [] : [{ at: until, doubt: by(host), text: `${host} gives up ${vip}` }]),
    ]),
    ...routesMoved(routes).map(({ at, host, text }) => ({ at, doubt: by(host), text })),
    ...pool.map((change) => ({
      at: change.at,
      doubt: by(change.host) + change.unseen,
      text: poolWords(change),
    })),
    ...[...goodbyes(wire.packets), ...announcements(wire.packets)].map(({ at, seenBy, text }) => ({
      at,
      // On the clock of who saw it first.
      doubt: by(seenBy[0] ?? ''),
      text,
    })),
  ].toSorted((a, b) => a.at - b.at)
}

/** What one director got or gave up at once, in one line. */
function routesMoved(
  changes: readonly RouteChange[],
): readonly (Pick<RouteChange, 'at' | 'host'> & Pick<Moment, 'text'>)[] {
  const bursts: (RouteChange & { more: number })[] = []
  for (const change of changes) {
    const { at, host, came } = change
    const open = bursts.findLast((one) => one.host === host && one.came === came)
    if (open && at - open.at <= burst) open.more += 1
    else bursts.push({ ...change, more: 0 })
  }
  return bursts.map(({ at, host, came, route, more }) => {
    const what = route.startsWith('rule ') ? `the ${route}` : `the route ${route}`
    const others = more > 0 ? `, and ${more} more` : ''
    return { at, host, text: `${host} ${came ? 'has' : 'gives up'} ${what}${others}` }
  })
}

/** Something seen on the wire. */
type Sight = Pick<WirePacket, 'at' | 'seenBy'> & Pick<Moment, 'text'>

/** One change of a pool as a sentence. */
export function poolWords({ host, service, server, change, weight }: PoolChange): string {
  if (change === 'weight') return `${host} gives ${server} weight ${weight} (${service})`
  const direction = change.endsWith('in') ? 'takes' : 'drops'
  const what = change.startsWith('sorry') ? `the sorry server ${server}` : server
  return `${host} ${direction} ${what} ${change.endsWith('in') ? 'into' : 'from'} the pool (${service})`
}

/** One packet as a sentence. */
export function packetWords({ kind, from, about, priority, seenBy }: WirePacket): string {
  const seen = `seen by ${seenBy.join(', ')}`
  if (kind === 'announcement') return `${from} announces ${about}; ${seen}`
  return priority === 0
    ? `${from} says goodbye to VRID ${about}; ${seen}`
    : `advert of ${from}: VRID ${about}, priority ${priority}; ${seen}`
}

function goodbyes(packets: readonly WirePacket[]): readonly Sight[] {
  return packets
    .filter(({ kind, priority }) => kind === 'advert' && priority === 0)
    .map(({ at, seenBy, from, about }) => ({
      at,
      seenBy,
      text: `${from} says goodbye: advert of priority 0, VRID ${about}`,
    }))
}

function announcements(packets: readonly WirePacket[]): readonly Sight[] {
  const bursts: (WirePacket & { last: number; count: number })[] = []
  for (const packet of packets) {
    const { kind, at, from, about } = packet
    if (kind !== 'announcement') continue
    const open = bursts.findLast((one) => one.from === from && one.about === about)
    if (open && at - open.last <= burst) {
      open.last = at
      open.count += 1
    } else bursts.push({ ...packet, last: at, count: 1 })
  }
  return bursts.map(({ at, seenBy, from, about, count }) => ({
    at,
    seenBy,
    text: `${from} announces ${about}${count > 1 ? `, ${count} times` : ''}`,
  }))
}
