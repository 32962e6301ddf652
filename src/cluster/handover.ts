import type { Vip } from './cluster.ts'

/** The file on every director whose number keepalived adds to its priority for a VIP: a `track_file`. */
export function handoverFile({ instance }: Pick<Vip, 'instance'>): string {
  return `/var/lib/understudy/handover/${instance}`
}

/** The highest priority of a director that does not own the address itself (RFC 5798, section 5.2.4). */
const highest = 254

/** By how much a director's priority must be raised to be above all others; `undefined`: there is no room above. */
export function raiseFor({ priorities }: Vip, director: string): number | undefined {
  const top = Math.max(...priorities.values())
  return top < highest ? top + 1 - (priorities.get(director) ?? 1) : undefined
}
