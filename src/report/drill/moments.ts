import type { DrillResult, PoolChange, WirePacket } from '../../model/drill.ts'

/** Something that happened during a drill, in words. */
export interface Moment {
  readonly at: number
  readonly text: string
}

/** Milliseconds within which announcements of one address belong together: they are sent in bursts. */
const burst = 1000

/** What the machines did, in order: who held the VIPs, whom they sent to, what they told their neighbours. */
export function moments({ holders, pool, wire, startedAt }: DrillResult): readonly Moment[] {
  return [
    ...holders.flatMap(({ vip, host, from, until }) => [
      ...(from > startedAt ? [{ at: from, text: `${host} holds ${vip}` }] : []),
      ...(until === undefined ? [] : [{ at: until, text: `${host} gives up ${vip}` }]),
    ]),
    ...pool.map((change) => ({ at: change.at, text: poolWords(change) })),
    ...goodbyes(wire.packets),
    ...announcements(wire.packets),
  ].toSorted((a, b) => a.at - b.at)
}

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

function goodbyes(packets: readonly WirePacket[]): readonly Moment[] {
  return packets
    .filter(({ kind, priority }) => kind === 'advert' && priority === 0)
    .map(({ at, from, about }) => ({ at, text: `${from} says goodbye: advert of priority 0, VRID ${about}` }))
}

function announcements(packets: readonly WirePacket[]): readonly Moment[] {
  const bursts: { at: number; last: number; count: number; from: string; about: string }[] = []
  for (const { kind, at, from, about } of packets) {
    if (kind !== 'announcement') continue
    const open = bursts.findLast((one) => one.from === from && one.about === about)
    if (open && at - open.last <= burst) {
      open.last = at
      open.count += 1
    } else bursts.push({ at, last: at, count: 1, from, about })
  }
  return bursts.map(({ at, from, about, count }) => ({
    at,
    text: `${from} announces ${about}${count > 1 ? `, ${count} times` : ''}`,
  }))
}
