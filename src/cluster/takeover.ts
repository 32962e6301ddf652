import type { Cluster, Vip } from './cluster.ts'

/** Seconds after which a survivor of the crash of all directors with a higher priority holds the VIP (RFC 5798). */
export function takeoverAfterCrash({ vrrp }: Cluster, priority: number): number {
  return 3 * vrrp.advert_interval + skew(vrrp, priority)
}

/** Seconds after which a survivor holds the VIP when the master says goodbye, as a stopped keepalived does. */
export function takeoverAfterStop({ vrrp }: Cluster, priority: number): number {
  return skew(vrrp, priority)
}

/**
 * Seconds a client may need to learn of the new holder of a VIP and to be served by it, beyond VRRP's own time. A director
 * that starts or ends speaks with the MAC address of VRRP, and switches believe it until the holder speaks again.
 */
export function clientsFollow({ vips, vrrp }: Pick<Cluster, 'vips' | 'vrrp'>): number {
  const misled = vips.some(({ vmac }) => vmac)
  return 0.25 + (misled ? (vrrp.unicast ? vrrp.garp_refresh : vrrp.advert_interval) : 0)
}

/** Of the VIP that moves last, by one of the above: the seconds, and the priority of who takes over from the owner. */
export function slowestTakeover(
  cluster: Cluster,
  takeover: (cluster: Cluster, priority: number) => number,
): { readonly seconds: number; readonly priority: number } {
  const understudies = cluster.vips.map((vip) => nextPriority(vip, new Set([vip.owner])) ?? 1)
  const priority = Math.min(...understudies)
  return { seconds: takeover(cluster, priority), priority }
}

/** Priority of the director that is next in line when `lost` are gone; `undefined`: none is left. */
export function nextPriority({ priorities, peers }: Vip, lost: ReadonlySet<string>): number | undefined {
  const own = [...priorities].filter(([host]) => !lost.has(host)).map(([, priority]) => priority)
  // The less is known of a peer, the longer it may take.
  const left = [...own, ...peers.map(({ priority = 1 }) => priority)]
  return left.length > 0 ? Math.max(...left) : undefined
}

/** Seconds a director's own answer may take before its balancer counts as failing; what the check script allows. */
export const answerTime = 1

/** Seconds at most until keepalived knows that the nginx or HAProxy beside it is gone. */
export function balancerDetection({ vrrp: { track } }: Cluster): number {
  // systemd hears of it from the kernel, and writes the file that keepalived watches.
  return track.by === 'process' ? 0.1 : (track.interval + answerTime) * track.fall
}

/** Seconds that a director waits beyond the adverts it missed: the longer, the lower its priority. */
export function skew(
  { version, advert_interval: interval }: Pick<Cluster['vrrp'], 'version' | 'advert_interval'>,
  priority: number,
): number {
  return ((256 - priority) / 256) * (version === 3 ? interval : 1)
}
