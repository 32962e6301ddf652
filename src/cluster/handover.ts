import type { Vip } from './cluster.ts'
import { rivalsFor } from './priorities.ts'

/** The file on every director whose number keepalived adds to its priority for a VIP: a `track_file`. */
export function handoverFile({ instance }: Pick<Vip, 'instance'>): string {
  return `/var/lib/understudy/handover/${instance}`
}

/** The highest priority of a director that does not own the address itself (RFC 5798, section 5.2.4). */
const highest = 254

/** By how much a director's priority must be raised to be above all others; `undefined`: there is no room above. */
export function raiseFor(vip: Vip, director: string): number | undefined {
  // Of a peer nobody knows more than that there may be room above it.
  const top = Math.max(...rivalsFor(vip, highest - 1))
  return top < highest ? top + 1 - (vip.priorities.get(director) ?? 1) : undefined
}

/** Who holds a VIP while all are well: its owner, unless a peer that nobody manages here may be above it. */
export function homeOf({ owner, priorities, peers }: Vip): string {
  const own = priorities.get(owner) ?? 1
  const [first] = peers
    .filter(({ priority = 255 }) => priority > own)
    .toSorted((a, b) => (b.priority ?? 255) - (a.priority ?? 255))
  return first?.name ?? owner
}
